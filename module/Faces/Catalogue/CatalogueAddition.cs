using System.Numerics.Tensors;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Adds faces to a catalogue. Those it has are left where they are. The others join the clusters that are there,
/// <see cref="FaceAssignment"/>; what is left is clustered by average linkage up to the same threshold, and makes new
/// clusters. The first faces of all are clustered by any method of linkage.
/// </summary>
public sealed class CatalogueAddition
{
    private readonly CatalogueFile _file;
    private readonly CatalogueOptions _options;
    private readonly WorkContext _context;
    private readonly AddedFaces _added;
    private readonly Dictionary<string, long> _named;
    private CatalogueSettings _settings;
    private long _nextCluster;

    private CatalogueAddition(
        CatalogueFile file, CatalogueInput[] faces, CatalogueSettings settings, CatalogueOptions options,
        WorkContext context)
    {
        (_file, _settings, _options, _context) = (file, settings, options, context);
        _added = new AddedFaces(faces, settings.Dimension);
        _nextCluster = CatalogueChange.LastId(file, "cluster") + 1;
        _named = options.NameByIdentity ? CatalogueQueries.Names(file) : [];
    }

    /// <summary>Adds faces; the results are in their order.</summary>
    /// <param name="path">The catalogue; it is made when it is missing.</param>
    /// <param name="sets">The faces, in sets of features of one length.</param>
    /// <param name="options">How.</param>
    /// <param name="context">Cancellation, progress, threads, device.</param>
    /// <exception cref="InputException">
    /// What <see cref="CatalogueFile"/> and <see cref="CatalogueSettings"/> throw; <c>ThresholdMissing</c>: the faces
    /// have names and are too many to read a threshold off them.
    /// </exception>
    public static IReadOnlyList<AddedFaceResult> Add(
        string path, IReadOnlyList<FeatureSet> sets, CatalogueOptions options, WorkContext context)
    {
        ArgumentNullException.ThrowIfNull(sets);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        var faces = CatalogueInput.Of(sets);
        using var file = CatalogueFile.Open(
            path, options.Apply ? CatalogueUse.Create : CatalogueUse.ReadOrEmpty, options.Wait, context.Cancellation);
        return file.Guard(() =>
        {
            var settings = CatalogueSettings.Read(file);
            foreach (var set in sets) settings = settings.For(file.Path, set.Features.Dimension, options.Model, set.Source);
            var addition = new CatalogueAddition(file, faces, settings, options, context);
            addition.Place();
            if (options.Apply) AdditionWriter.Write(file, addition._settings, addition._added, context);
            return AdditionResults.Of(file, addition._added, sets);
        });
    }

    private void Place()
    {
        FindKnown();
        var fresh = Enumerable.Range(0, _added.Faces.Length).Where(i => _added.Placed[i].IsFresh).ToList();
        var rules = AdditionRules.Of(_file, _added, fresh, _options.AllowSamePhotograph);
        fresh = fresh.FindAll(i => !TakeName(i, rules));
        var isEmpty = _file.Number("SELECT EXISTS (SELECT 1 FROM cluster_sum)") == 0 && _added.Deltas.Count == 0;
        (_settings, var clustered) = CatalogueCut.Choose(_file, _settings, _added, fresh, isEmpty, _options, _context);
        if (!isEmpty && _settings.Threshold is { } threshold && fresh.Count > 0) fresh = Assign(fresh, rules, threshold);
        if (fresh.Count == 0) return;
        var labels = clustered ?? Cluster(fresh);
        var local = rules.For(fresh);
        var groups = ConstrainedLinkage.Groups(_added.Gather(fresh), labels, _settings.Threshold ?? 0, local, _context);
        foreach (var group in groups.OrderBy(group => group.Min()))
        {
            var cluster = _nextCluster++;
            foreach (var member in group) _added.Join(fresh[member], cluster, AddedFaceOutcome.New, double.NaN);
        }
    }

    private void FindKnown()
    {
        var first = new List<int>();
        for (var i = 0; i < _added.Faces.Length; i++)
        {
            var isCopy = i > 0 && _added.Faces[i].Hash.AsSpan().SequenceEqual(_added.Faces[i - 1].Hash);
            if (isCopy) _added.Placed[i].CopyOf = first[^1];
            else first.Add(i);
        }

        var known = new KnownFaces(_file).Find(first.ConvertAll(i => _added.Faces[i]), ReadFeature, _context);
        for (var k = 0; k < first.Count; k++)
        {
            if (known[k].Known is not { } face) continue;
            var end = k + 1 < first.Count ? first[k + 1] : _added.Faces.Length;
            var placed = _added.Placed[first[k]];
            (placed.Known, placed.Cluster) = (face, face.Cluster);
            placed.Outcome = known[k].IsChanged ? AddedFaceOutcome.Changed
                : IsMoved(face, first[k], end) ? AddedFaceOutcome.Moved : AddedFaceOutcome.Known;
            if (known[k].IsChanged) Change(first[k], face);
        }
    }

    // A copy at another place is none while the photograph is where it was.
    private bool IsMoved(KnownFace face, int first, int end)
    {
        if (_added.Faces[first].Photograph is null || face.Photograph is null) return false;
        for (var i = first; i < end; i++)
        {
            if (_added.Faces[i].Photograph == face.Photograph) return false;
        }

        return !File.Exists(face.Photograph);
    }

    private void Change(int i, KnownFace known)
    {
        if (known.Cluster is not { } cluster) return;
        var old = ReadFeature(known.Face);
        var feature = _added.Faces[i].Feature.Span;
        _added.Delta(cluster).Add(old, -1);
        var least = 1 - (_settings.Threshold ?? 0);
        if (known.IsPinned || TensorPrimitives.Dot(old, feature) >= least) _added.Delta(cluster).Add(feature, 1);
        else (_added.Placed[i].Cluster, _added.Placed[i].IsUnplaced) = (null, true);
    }

    private bool TakeName(int i, ApartRules rules)
    {
        if (!_options.NameByIdentity || _added.Faces[i].Identity is not { } name) return false;
        if (!_named.TryGetValue(name, out var cluster))
        {
            _named.Add(name, cluster = _nextCluster++);
            _added.Delta(cluster).Name = name;
        }

        var outcome = _added.Delta(cluster).Name is null ? AddedFaceOutcome.Assigned : AddedFaceOutcome.New;
        _added.Join(i, cluster, outcome, double.NaN);
        _added.Placed[i].IsPinned = true;
        rules.Join(i, cluster);
        return true;
    }

    private List<int> Assign(List<int> fresh, ApartRules rules, double threshold)
    {
        var clusters = ClusterSums.Read(_file, _settings.Dimension).With(_added.Deltas);
        var local = rules.For(fresh);
        var assignments = FaceAssignment.Assign(_added.Gather(fresh), clusters, threshold, local, _context);
        var left = new List<int>();
        for (var k = 0; k < fresh.Count; k++)
        {
            var (place, similarity) = assignments[k];
            if (place < 0)
            {
                left.Add(fresh[k]);
                continue;
            }

            _added.Join(fresh[k], clusters.Ids[place], AddedFaceOutcome.Assigned, similarity);
            rules.Join(fresh[k], clusters.Ids[place]);
        }

        return left;
    }

    private int[] Cluster(List<int> fresh) => _settings.Threshold is { } threshold
        ? CatalogueReclustering.Link(_added.Gather(fresh), threshold, _context)
        : [.. Enumerable.Range(0, fresh.Count)];

    private float[] ReadFeature(long face) => CatalogueQueries.Feature(_file, face, _settings.Dimension);
}
