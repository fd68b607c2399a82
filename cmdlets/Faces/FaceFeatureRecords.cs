using Thesis.Engine.Faces;

namespace Thesis.Cmdlets.Faces;

/// <summary>The faces of photographs as public records.</summary>
internal static class FaceFeatureRecords
{
    /// <summary>The record of a face.</summary>
    public static FaceFeature Of(string id, string path, string? identity, int number, string model, EmbeddedFace face)
    {
        return new FaceFeature
        {
            Id = id,
            Path = path,
            Identity = identity,
            Face = number,
            Left = face.Detection?.Left,
            Top = face.Detection?.Top,
            Width = face.Detection?.Width,
            Height = face.Detection?.Height,
            Score = face.Detection?.Score,
            Size = face.Detection?.Size,
            Sharpness = face.Sharpness,
            RightEye = Point(0),
            LeftEye = Point(1),
            Nose = Point(2),
            RightMouth = Point(3),
            LeftMouth = Point(4),
            Model = model,
            Feature = face.Feature,
        };

        float[]? Point(int k) => face.Detection is { } found ? [found.Landmarks[k].X, found.Landmarks[k].Y] : null;
    }
}
