using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>Writes an addition, where it changes anything.</summary>
internal static class AdditionWriter
{
    /// <summary>Writes faces, clusters and settings, and ends the transaction.</summary>
    public static void Write(CatalogueFile file, CatalogueSettings settings, AddedFaces added, WorkContext context)
    {
        var hasChange = Array.Exists(added.Placed, placed => placed.CopyOf < 0 && placed.Outcome != AddedFaceOutcome.Known)
            || settings != CatalogueSettings.Read(file);
        if (!hasChange) return;
        var change = new CatalogueChange(file, "Add-Face", settings.Dimension);
        settings.Write(file);
        var nextFace = CatalogueChange.LastId(file, "face") + 1;
        for (var i = 0; i < added.Faces.Length; i++)
        {
            if ((i & 0xFFF) == 0)
            {
                context.ThrowIfCancelled();
                context.Report("Writing faces", i, added.Faces.Length);
            }

            var placed = added.Placed[i];
            if (placed.CopyOf >= 0) continue;
            switch (placed)
            {
                case { Known: null }:
                    change.AddFace(placed.Face = nextFace++, added.Faces[i], placed.Cluster, placed.IsPinned);
                    break;
                case { Outcome: AddedFaceOutcome.Moved, Known: { } known }:
                    change.MovePhotograph(known.Face, added.Faces[i]);
                    break;
                case { Outcome: AddedFaceOutcome.Changed, Known: { } known }:
                    change.ReplaceFace(known.Face, added.Faces[i], placed.Cluster);
                    break;
            }
        }

        var lastCluster = CatalogueChange.LastId(file, "cluster");
        foreach (var (cluster, delta) in added.Deltas.OrderBy(pair => pair.Key))
        {
            if (cluster > lastCluster) change.AddCluster(cluster, delta.Name, delta.Sum, delta.Faces);
            else change.ChangeSum(cluster, delta.Sum, delta.Faces);
        }

        file.Commit();
    }
}
