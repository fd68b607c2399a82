using System.Management.Automation;
using Thesis.Engine.Data;

namespace Thesis.Cmdlets.Robustness;

/// <summary>Datasets of images as cmdlets' parameters name them.</summary>
internal static class ImageDatasets
{
    /// <summary>Opens a dataset by its name, or a folder relative to PowerShell's location.</summary>
    /// <param name="cmdlet">Whose location counts.</param>
    /// <param name="nameOrPath">A name of the catalogue, or a folder.</param>
    /// <param name="dataPath">The folder above the catalogue's, or null for the variable's.</param>
    /// <param name="validationCount">The training images to hold back, or null.</param>
    public static ImageDataset Open(PSCmdlet cmdlet, string nameOrPath, string? dataPath, int? validationCount = null)
    {
        var options = new ImageDatasetOptions { ValidationCount = validationCount };
        if (dataPath is not null) options = options with { DataPath = cmdlet.GetUnresolvedProviderPathFromPSPath(dataPath) };
        var folder = cmdlet.GetUnresolvedProviderPathFromPSPath(nameOrPath);
        var named = DatasetCatalogue.Names.Contains(nameOrPath, StringComparer.OrdinalIgnoreCase);
        return ImageDataset.Open(named || !Directory.Exists(folder) ? nameOrPath : folder, options);
    }
}
