using Thesis.Engine.Data;

namespace Thesis.Engine.Faces;

/// <summary>Features of faces with what is known about them.</summary>
/// <param name="Features">N unit rows.</param>
/// <param name="Identities">The identity of each face.</param>
/// <param name="Tracks">The video track of each face, numbered from 0 over the whole set.</param>
public sealed record FaceSet(FeatureMatrix Features, string[] Identities, int[] Tracks);
