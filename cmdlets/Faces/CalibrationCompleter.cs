using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Faces;

namespace Thesis.Cmdlets.Faces;

/// <summary>Completes the names of the features whose calibration the module brings.</summary>
public sealed class CalibrationCompleter : NameCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<string> Names => FaceCalibrationFile.Names;
}
