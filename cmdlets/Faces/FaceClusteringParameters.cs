using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Faces;

/// <summary>The parameters of Invoke-FaceClustering as the engine's options.</summary>
internal static class FaceClusteringParameters
{
    private static readonly Dictionary<string, ClusteringMethod[]> Users = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(InvokeFaceClusteringCommand.NeighbourCount)] = [ClusteringMethod.Pahc],
        [nameof(InvokeFaceClusteringCommand.NegativeOffset)] = [ClusteringMethod.Pahc],
        [nameof(InvokeFaceClusteringCommand.NegativeCount)] = [ClusteringMethod.Pahc, ClusteringMethod.DdcNeg],
        [nameof(InvokeFaceClusteringCommand.ByDistance)] = [ClusteringMethod.Pahc],
        [nameof(InvokeFaceClusteringCommand.Transform)] = [ClusteringMethod.Pahc],
        [nameof(InvokeFaceClusteringCommand.Penalty)] = [ClusteringMethod.Pahc, ClusteringMethod.DdcNeg],
        [nameof(InvokeFaceClusteringCommand.Epsilon)] =
        [
            ClusteringMethod.Ddc, ClusteringMethod.DdcNeg, ClusteringMethod.Dbscan, ClusteringMethod.ChineseWhispers,
            ClusteringMethod.ConPaC,
        ],
        [nameof(InvokeFaceClusteringCommand.Eta)] = [ClusteringMethod.DdcNeg],
        [nameof(InvokeFaceClusteringCommand.Nu)] = [ClusteringMethod.Ddc, ClusteringMethod.DdcNeg],
        [nameof(InvokeFaceClusteringCommand.MinimumPoints)] = [ClusteringMethod.Dbscan, ClusteringMethod.Hdbscan],
        [nameof(InvokeFaceClusteringCommand.MinimumClusterSize)] = [ClusteringMethod.Hdbscan],
        [nameof(InvokeFaceClusteringCommand.Damping)] = [ClusteringMethod.AffinityPropagation],
        [nameof(InvokeFaceClusteringCommand.Preference)] = [ClusteringMethod.AffinityPropagation],
        [nameof(InvokeFaceClusteringCommand.MaximumIterations)] =
        [
            ClusteringMethod.AffinityPropagation, ClusteringMethod.ChineseWhispers, ClusteringMethod.ConPaC, ClusteringMethod.KMeans,
        ],
        [nameof(InvokeFaceClusteringCommand.RankCount)] = [ClusteringMethod.Aro, ClusteringMethod.ConPaC, ClusteringMethod.FcEs],
        [nameof(InvokeFaceClusteringCommand.EdgeProbability)] = [ClusteringMethod.FcEs],
        [nameof(InvokeFaceClusteringCommand.NeighbourPath)] = [ClusteringMethod.FcEs],
        [nameof(InvokeFaceClusteringCommand.Sparsity)] = [ClusteringMethod.SscOmp],
        [nameof(InvokeFaceClusteringCommand.Transitive)] = [ClusteringMethod.Aro],
    };

    /// <summary>Those of the given parameters that belong to other methods than the chosen one.</summary>
    public static IEnumerable<string> Unused(string method, IEnumerable<string> given) =>
        given.Where(name => Users.TryGetValue(name, out var users) && !users.Contains(MethodOf(method)));

    /// <summary>The options, checked as far as they can be before any face is read.</summary>
    /// <param name="command">The command.</param>
    /// <param name="calibration">What Calibration names.</param>
    /// <exception cref="InputException">
    /// <c>OperatingPointAmbiguous</c>: more than one is given; <c>OperatingPointNotUsed</c>, <c>ClusterCountMissing</c>:
    /// the method cannot use it, or lacks one.
    /// </exception>
    public static FaceClusteringOptions ToOptions(InvokeFaceClusteringCommand command, FaceCalibration? calibration)
    {
        var known = calibration is null ? null : MeasuredRadii.Of(calibration);
        var epsilon = command.Epsilon ?? known?.Epsilon;
        var eta = command.Eta ?? known?.Eta;
        var method = MethodOf(command.Method);

        // The face itself counts in these lists, and not in ARO's.
        var listed = method is ClusteringMethod.ConPaC or ClusteringMethod.FcEs ? command.RankCount : null;
        var options = new FaceClusteringOptions
        {
            Method = method,
            Cut = CutOf(command, calibration),
            ProximityAware = new ProximityAwareOptions
            {
                Neighbours = command.NeighbourCount,
                NegativesFrom = command.NegativeOffset,
                Negatives = command.NegativeCount,
                Cost = command.Penalty,
                ByDistance = command.ByDistance ? new ProximityDistances() : null,
            },
            Transform = Enum.Parse<DistanceTransform>(command.Transform, ignoreCase: true),
            MeasureEpsilon = epsilon is null,
            MeasureEta = eta is null,
            Density = new DensityOptions { Epsilon = epsilon ?? DensityOptions.DefaultEpsilon, Nu = command.Nu },
            DensityNegative = new DensityNegativeOptions
            {
                Epsilon = epsilon ?? DensityOptions.DefaultEpsilon,
                Eta = eta ?? DensityNegativeOptions.DefaultEta,
                Nu = command.Nu,
                Cost = command.Penalty,
                Negatives = command.NegativeCount ?? DensityNegativeOptions.DefaultNegatives,
            },
            RankOrder = new RankOrderOptions
            {
                NeighbourCount = command.RankCount,
                Form = command.Transitive ? RankOrderForm.Transitive : RankOrderForm.Average,
            },
            Dbscan = new DbscanOptions
            {
                Radius = command.Epsilon ?? DensityOptions.DefaultEpsilon,
                MinimumPoints = command.MinimumPoints ?? DbscanOptions.DefaultMinimumPoints,
            },
            Hdbscan = new HdbscanOptions
            {
                MinimumClusterSize = command.MinimumClusterSize, MinimumPoints = command.MinimumPoints,
            },
            ChineseWhispers = new ChineseWhispersOptions
            {
                Radius = command.Epsilon ?? DensityOptions.DefaultEpsilon,
                MaximumIterations = command.MaximumIterations ?? ChineseWhispersOptions.DefaultIterations,
            },
            ConditionalPairs = new ConditionalPairsOptions
            {
                Radius = command.Epsilon ?? DensityOptions.DefaultEpsilon,
                Neighbours = listed ?? ConditionalPairsOptions.DefaultNeighbours,
                MaximumIterations = command.MaximumIterations ?? ConditionalPairsOptions.DefaultIterations,
            },
            AffinityPropagation = new AffinityPropagationOptions
            {
                Damping = command.Damping,
                Preference = command.Preference,
                MaximumIterations = command.MaximumIterations ?? AffinityPropagationOptions.DefaultIterations,
            },
            EarlyStopping = new EarlyStoppingOptions
            {
                Neighbours = listed ?? EarlyStoppingOptions.DefaultNeighbours,
                EdgeProbability = command.EdgeProbability,
            },
            Subspace = new SubspaceOptions { Sparsity = command.Sparsity },
            KMeans = new KMeansOptions { MaximumIterations = command.MaximumIterations ?? KMeansOptions.DefaultIterations },
            Seed = command.Seed,
        };
        if (!command.Oracle) FaceClusterer.CheckCut(options);
        return options;
    }

    /// <summary>The options with the identities that -Oracle needs.</summary>
    /// <exception cref="InputException"><c>IdentityMissing</c>: there are none.</exception>
    public static FaceClusteringOptions WithOracle(FaceClusteringOptions options, FeatureSet faces)
    {
        if (faces.Identities is null)
        {
            throw new InputException(
                "IdentityMissing", FaultKind.InvalidArgument,
                $"-Oracle needs the identities of the faces of '{faces.Source}': give -IdentityPath.", faces.Source);
        }

        return options with { Cut = new CutRule.Oracle(IdentityLabels.From(faces.Identities)) };
    }

    /// <summary>What was used, for -Verbose.</summary>
    public static string Describe(InvokeFaceClusteringCommand command)
    {
        var invariant = CultureInfo.InvariantCulture;
        var used = MethodOf(command.Method) switch
        {
            ClusteringMethod.Pahc when command.ByDistance =>
                string.Create(invariant, $"sets by distance, C = {command.Penalty}, {command.Transform}"),
            ClusteringMethod.Pahc => string.Create(
                invariant,
                $"C = {command.Penalty}, {command.Transform}, ")
                + (command.NegativeCount is { } count ? string.Create(invariant, $"{count} negatives") : "all negatives"),
            ClusteringMethod.Ddc => string.Create(invariant, $"epsilon = {Radius(command.Epsilon)}, nu = {command.Nu}"),
            ClusteringMethod.DdcNeg => string.Create(
                invariant,
                $"epsilon = {Radius(command.Epsilon)}, eta = {Radius(command.Eta)}, C = {command.Penalty}, "
                + $"{command.NegativeCount ?? DensityNegativeOptions.DefaultNegatives} negatives"),
            ClusteringMethod.Aro => command.Transitive ? "transitive" : "average linkage",
            ClusteringMethod.Dbscan => string.Create(
                invariant,
                $"epsilon = {command.Epsilon ?? DensityOptions.DefaultEpsilon}, "
                + $"{command.MinimumPoints ?? DbscanOptions.DefaultMinimumPoints} points"),
            ClusteringMethod.Hdbscan => string.Create(
                invariant,
                $"clusters of {command.MinimumClusterSize} and more, "
                + $"{command.MinimumPoints ?? command.MinimumClusterSize} points"),
            ClusteringMethod.ChineseWhispers => string.Create(
                invariant, $"epsilon = {command.Epsilon ?? DensityOptions.DefaultEpsilon}, seed {command.Seed}"),
            ClusteringMethod.ConPaC => string.Create(
                invariant,
                $"epsilon = {command.Epsilon ?? DensityOptions.DefaultEpsilon}, "
                + $"lists of {command.RankCount ?? ConditionalPairsOptions.DefaultNeighbours}"),
            ClusteringMethod.AffinityPropagation => string.Create(
                invariant,
                $"damping {command.Damping}, preference {command.Preference?.ToString(invariant) ?? "the median"}"),
            ClusteringMethod.FcEs => string.Create(
                invariant,
                $"lists of {command.RankCount ?? EarlyStoppingOptions.DefaultNeighbours}, theta = {command.EdgeProbability}, "
                + $"seed {command.Seed}"),
            ClusteringMethod.KMeans => string.Create(invariant, $"seed {command.Seed}"),
            ClusteringMethod.SscOmp => string.Create(
                invariant, $"{command.Sparsity} faces at most for each, seed {command.Seed}"),
            _ => "average linkage on cosine similarity",
        };
        return $"{command.Method}: {used}.";

        string Radius(double? given) => given?.ToString(invariant)
            ?? (command.Calibration is null ? "as the set has it" : "the calibration's");
    }

    /// <summary>The cut of a threshold, of a calibration, or of the set itself.</summary>
    /// <exception cref="InputException"><c>OperatingPointAmbiguous</c>: two are given; those of the calibration.</exception>
    public static CutRule CutOf(double? threshold, string? calibration, Func<string, string> resolve) => (threshold, calibration) switch
    {
        ({ }, { }) => throw new InputException(
            "OperatingPointAmbiguous", FaultKind.InvalidArgument, "Give one of -Threshold and -Calibration, not both."),
        ({ } distance, _) => new CutRule.Threshold(distance),
        (_, { } name) => new CutRule.Likelihood(FaceCalibrationFile.Find(name, resolve)),
        _ => new CutRule.Likelihood(),
    };

    /// <summary>The method of a name: that of the enumeration, with or without hyphens, in any case.</summary>
    public static ClusteringMethod MethodOf(string name) =>
        Enum.Parse<ClusteringMethod>(name.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);

    private static CutRule CutOf(InvokeFaceClusteringCommand command, FaceCalibration? calibration)
    {
        var given = new[]
        {
            command.Threshold is not null, command.ClusterCount is not null, command.Auto.IsPresent,
            command.Oracle.IsPresent, command.Calibration is not null,
        };
        if (given.Count(one => one) > 1)
        {
            throw new InputException(
                "OperatingPointAmbiguous", FaultKind.InvalidArgument,
                "Give one of -Threshold, -ClusterCount, -Calibration, -Auto and -Oracle, not several.");
        }

        RequireUse(command);
        if (command.Threshold is { } threshold) return new CutRule.Threshold(WithinRange(command, threshold));
        if (command.ClusterCount is { } count) return new CutRule.Count(count);
        if (command.Auto) return new CutRule.Kink();
        return new CutRule.Likelihood(calibration);
    }

    // A learned similarity may exceed 1 or fall below -1; the other distances have a range.
    private static double WithinRange(InvokeFaceClusteringCommand command, double threshold)
    {
        var (least, most) = (MethodOf(command.Method), command.Transform.ToUpperInvariant()) switch
        {
            (ClusteringMethod.Ahc or ClusteringMethod.Aro, _) or (ClusteringMethod.Pahc, "ARCTAN") => (0, 2),
            (ClusteringMethod.Pahc, "EXPONENTIAL") => (0, double.MaxValue),
            _ => (double.MinValue, double.MaxValue),
        };
        if (threshold >= least && threshold <= most) return threshold;
        var range = (least, most) switch
        {
            (0, 2) => "lies from 0 to 2",
            (0, _) => "is 0 or more",
            _ => "is a finite number",
        };
        throw new InputException(
            "OptionOutOfRange", FaultKind.InvalidArgument,
            string.Create(CultureInfo.InvariantCulture, $"-Threshold is {threshold}; a distance of {command.Method} {range}."),
            threshold);
    }

    // What is given must be used; the default, and the oracle of a benchmark of all methods, may be of no use.
    private static void RequireUse(InvokeFaceClusteringCommand command)
    {
        var method = MethodOf(command.Method);
        if (method.HasTree()) return;
        var unused = command switch
        {
            { Calibration: not null } => "-Calibration",
            { Auto.IsPresent: true } when !method.NeedsCount() => "-Auto",
            _ => null,
        };
        if (unused is null) return;
        var reason = method.NeedsCount() ? "it needs a number of clusters" : "it is not cut";
        throw new InputException(
            "OperatingPointNotUsed", FaultKind.InvalidArgument, $"{command.Method} has no use for {unused}: {reason}.");
    }
}
