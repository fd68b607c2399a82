using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>Where the examples of a step come from.</summary>
internal interface IExampleSource
{
    /// <summary>The scans' geometry.</summary>
    ScanGeometry Geometry { get; }

    /// <summary>The examples of a batch.</summary>
    /// <param name="indices">Which.</param>
    /// <param name="random">For what is drawn for this step.</param>
    /// <param name="work">Cancellation, threads.</param>
    RestorationExample[] Make(ReadOnlySpan<int> indices, SeededRandom random, WorkContext work);
}
