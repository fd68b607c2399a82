using System.Globalization;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>What a catalogue says of its features and of where it cuts.</summary>
/// <param name="Dimension">The length of a feature; 0 before the first face.</param>
/// <param name="Model">The name of the features; null where none was given.</param>
/// <param name="Threshold">The largest linkage distance of one person's faces; null where nothing tells yet.</param>
/// <param name="Rule">How it was chosen: likelihood, calibrated, threshold; null where it was not.</param>
/// <param name="CutFaces">The faces that it was chosen by.</param>
internal sealed record CatalogueSettings(int Dimension, string? Model, double? Threshold, string? Rule, long CutFaces)
{
    private const string Likelihood = "likelihood";
    private const string Calibrated = "calibrated";
    private const string Given = "threshold";

    // The tree of so many faces takes seconds.
    private const long MostFacesOfCut = 10_000;

    /// <summary>
    /// Whether the cut is to be chosen (again) for so many faces: a threshold that is given is taken; what was read off
    /// the set is read again when the set has doubled, and by a calibration where none was used before.
    /// </summary>
    public bool WantsCut(CatalogueOptions options, long faces)
    {
        var hasDoubled = faces >= 2 * CutFaces && faces <= MostFacesOfCut;
        return options.Clustering.Cut switch
        {
            CutRule.Likelihood { Calibration: null } => Threshold is null || (Rule == Likelihood && hasDoubled),
            CutRule.Likelihood => Threshold is null || Rule != Calibrated || hasDoubled,
            CutRule.Threshold given => Rule != Given || Threshold != given.Distance,
            _ => true,
        };
    }

    /// <summary>The settings with a cut.</summary>
    public CatalogueSettings With(CutAnswer cut, long faces) => this with
    {
        // Without a merge nothing tells how far apart one person's faces lie.
        Threshold = double.IsFinite(cut.Threshold) ? cut.Threshold : null,
        Rule = cut.Rule,
        CutFaces = faces,
    };

    /// <summary>Fails for features that are not those of the catalogue.</summary>
    /// <exception cref="InputException"><c>CatalogueModelDiffers</c>, <c>CatalogueDimensionDiffers</c>.</exception>
    public CatalogueSettings For(string path, int dimension, string? model, string source)
    {
        if (model is not null && Model is not null && model != Model)
        {
            throw new InputException(
                "CatalogueModelDiffers", FaultKind.InvalidArgument,
                $"The features of '{source}' are of the model '{model}', and those in '{path}' of '{Model}': the two cannot be compared.",
                source);
        }

        if (Dimension != 0 && Dimension != dimension)
        {
            throw new InputException(
                "CatalogueDimensionDiffers", FaultKind.InvalidArgument,
                $"The features of '{source}' have {dimension} values, and those in '{path}' {Dimension}"
                + (Model is null ? "" : $" ('{Model}')") + ": they are of another model.", source);
        }

        return this with { Dimension = dimension, Model = Model ?? model };
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="InputException"><c>CatalogueDamaged</c>.</exception>
    public static CatalogueSettings Read(CatalogueFile file)
    {
        var values = file.Rows("SELECT name, value FROM setting", row =>
            (row.GetString(0), row.GetString(1))).ToDictionary();
        var dimension = Parsed<int>("dimension") ?? 0;
        var threshold = Parsed<double>("threshold");
        if (dimension is < 0 or > 1_000_000) throw CatalogueFault.Damaged(file.Path,
            $"its features have {dimension} values");
        if (threshold is { } number && !double.IsFinite(number)) throw CatalogueFault.Damaged(file.Path,
            "its threshold is no number");
        return new CatalogueSettings(
            dimension, values.GetValueOrDefault("model"), threshold, values.GetValueOrDefault("rule"),
                Parsed<long>("cut_faces") ?? 0);

        T? Parsed<T>(string name)
            where T : struct, IParsable<T> =>
            !values.TryGetValue(name, out var text) ? null
            : T.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value
            : throw CatalogueFault.Damaged(file.Path, $"its setting '{name}' is no number");
    }

    /// <summary>Writes them.</summary>
    public void Write(CatalogueFile file)
    {
        Put("dimension", Dimension.ToString(CultureInfo.InvariantCulture));
        Put("model", Model);
        Put("threshold", Threshold?.ToString("R", CultureInfo.InvariantCulture));
        Put("rule", Rule);
        Put("cut_faces", CutFaces.ToString(CultureInfo.InvariantCulture));

        void Put(string name, string? value)
        {
            if (value is null) file.Run("DELETE FROM setting WHERE name = $0", name);
            else file.Run("INSERT OR REPLACE INTO setting(name, value) VALUES ($0, $1)", name, value);
        }
    }
}
