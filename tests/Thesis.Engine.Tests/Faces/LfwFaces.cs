using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tests.Faces;

/// <summary>All of LFW: 13,233 features of 5,749 people; a test that asks for them is skipped where they are absent.</summary>
internal static class LfwFaces
{
    private const string Name = "lfw_mobilefacenet128";

    public static FeatureMatrix Features() => FeatureFile
        .Read(TestData.Find(Name, "features.npy"), FeatureFileOptions.Default, WorkContext.Default)
        .Features.Normalize();

    public static string[] Identities() => File.ReadAllLines(TestData.Find(Name, "labels.txt"));
}
