using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>Pictures of validation examples: with artifacts, by LI, by the network, and without metal; a row each.</summary>
internal static class ReducerPictures
{
    private const int MostRows = 4;

    /// <summary>Writes the pictures of the first examples.</summary>
    public static void Write(string path, RestorationTask task, int size, WorkContext work)
    {
        var panels = new List<FigurePanel>();
        foreach (var (image, example) in task.Restored(work).Take(MostRows))
        {
            panels.Add(Panel("with metal", RestorationInput.ToImage(example.Input.Artifact, size)));
            panels.Add(Panel("LI", RestorationInput.ToImage(example.Input.Interpolated, size)));
            panels.Add(Panel(task.Network.GetName(), image));
            panels.Add(Panel("truth", RestorationInput.ToImage(example.Image, size)));
        }

        AtomicFile.Write(path, stream => ReductionFigure.Write(stream, panels));
    }

    private static FigurePanel Panel(string title, SliceImage image) =>
        new(title, SliceConversion.ToHounsfield(image), image.Rows, image.Columns, DisplayWindow.SoftTissue);
}
