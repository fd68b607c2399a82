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
    // The tree of more takes minutes, and is not made for a threshold alone.
    private const int MostFacesOfCut = 20_000;

    private readonly CatalogueFile _file;
    private readonly CatalogueOptions _options;
    private readonly WorkContext _context;
    private readonly CatalogueInput[] _faces;
    private readonly Placed[] _placed;
    private readonly Dictionary<long, ClusterDelta> _deltas = [];
    private readonly Dictionary<string, long> _named;
    private CatalogueSettings _settings;
    private long _nextCluster;

    private CatalogueAddition(
        CatalogueFile file, CatalogueInput[] faces, CatalogueSettings settings, CatalogueOptions options,
            WorkContext context)
    {
        (_file, _faces, _settings, _options, _context) = (file, faces, settings, options, context);
        _placed = Array.ConvertAll(faces, _ => new Placed());
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
            if (options.Apply) addition.Write();
            return addition.Results(sets);
        });
    }

    private void Place()
    {
        FindKnown();
        var fresh = Enumerable.Range(0, _faces.Length).Where(i => _placed[i].IsFresh).ToList();
        var rules = Rules(fresh);
        fresh = fresh.FindAll(i => !TakeName(i, rules));
        var isEmpty = _file.Number("SELECT EXISTS (SELECT 1 FROM cluster_sum)") == 0 && _deltas.Count == 0;
        var clustered = ChooseCut(fresh, isEmpty);
        if (!isEmpty && _settings.Threshold is { } threshold && fresh.Count > 0) fresh = Assign(fresh, rules, threshold);
        if (fresh.Count == 0) return;
        var labels = clustered ?? Cluster(fresh);
        var local = rules.For(fresh);
        var groups = ConstrainedLinkage.Groups(Gather(fresh), labels, _settings.Threshold ?? 0, local, _context);
        foreach (var group in groups.OrderBy(group => group.Min()))
        {
            var cluster = _nextCluster++;
            foreach (var member in group) Join(fresh[member], cluster, AddedFaceOutcome.New, double.NaN);
        }
    }

    private void FindKnown()
    {
        var first = new List<int>();
        for (var i = 0; i < _faces.Length; i++)
        {
            if (i > 0 && _faces[i].Hash.AsSpan().SequenceEqual(_faces[i - 1].Hash)) _placed[i].CopyOf = first[^1];
            else first.Add(i);
        }

        var known = new KnownFaces(_file).Find(first.ConvertAll(i => _faces[i]), ReadFeature, _context);
        for (var k = 0; k < first.Count; k++)
        {
            if (known[k].Known is not { } face) continue;
            var end = k + 1 < first.Count ? first[k + 1] : _faces.Length;
            var placed = _placed[first[k]];
            (placed.Known, placed.Cluster) = (face, face.Cluster);
            placed.Outcome = known[k].IsChanged ? AddedFaceOutcome.Changed
                : IsMoved(face, first[k], end) ? AddedFaceOutcome.Moved : AddedFaceOutcome.Known;
            if (known[k].IsChanged) Change(first[k], face);
        }
    }

    // A copy at another place is none while the photograph is where it was.
    private bool IsMoved(KnownFace face, int first, int end)
    {
        if (_faces[first].Photograph is null || face.Photograph is null) return false;
        for (var i = first; i < end; i++)
        {
            if (_faces[i].Photograph == face.Photograph) return false;
        }

        return !File.Exists(face.Photograph);
    }

    private void Change(int i, KnownFace known)
    {
        if (known.Cluster is not { } cluster) return;
        var old = ReadFeature(known.Face);
        Delta(cluster).Add(old, -1);
        var least = 1 - (_settings.Threshold ?? 0);
        if (known.IsPinned
            || TensorPrimitives.Dot(old, _faces[i].Feature.Span) >= least) Delta(cluster).Add(_faces[i].Feature.Span, 1);
        else (_placed[i].Cluster, _placed[i].IsUnplaced) = (null, true);
    }

    private ApartRules Rules(List<int> fresh)
    {
        var rules = new ApartRules(_faces.Length);
        foreach (var i in fresh)
        {
            if (_placed[i].Known is not { } known) continue;
            foreach (var cluster in CatalogueQueries.ForbiddenClusters(_file, known.Face)) rules.Forbid(i, cluster);
        }

        if (_options.AllowSamePhotograph) return rules;
        var photographs = fresh.Select(i => _faces[i].Photograph).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var gone = _placed.Where(placed => placed.Outcome == AddedFaceOutcome.Moved || placed.IsUnplaced).Select(placed =>
            placed.Known?.Face).ToHashSet();
        foreach (var photograph in photographs)
        {
            foreach (var (face, cluster) in CatalogueQueries.OfPhotograph(_file, photograph))
            {
                if (!gone.Contains(face)) rules.AddToPhotograph(photograph, cluster);
            }
        }

        for (var i = 0; i < _faces.Length; i++)
        {
            if (_faces[i].Photograph is not { } photograph || !photographs.Contains(photograph)) continue;
            if (Original(i).Cluster is { } cluster) rules.AddToPhotograph(photograph, cluster);
            else rules.SetPhotograph(i, photograph);
        }

        return rules;
    }

    private bool TakeName(int i, ApartRules rules)
    {
        if (!_options.NameByIdentity || _faces[i].Identity is not { } name) return false;
        if (!_named.TryGetValue(name, out var cluster))
        {
            _named.Add(name, cluster = _nextCluster++);
            Delta(cluster).Name = name;
        }

        Join(i, cluster, Delta(cluster).Name is null ? AddedFaceOutcome.Assigned : AddedFaceOutcome.New, double.NaN);
        _placed[i].IsPinned = true;
        rules.Join(i, cluster);
        return true;
    }

    // The labels of the first faces, where they are clustered for the cut.
    private int[]? ChooseCut(List<int> fresh, bool isEmpty)
    {
        var faces = _file.Number("SELECT count(*) FROM face");
        var all = faces + _placed.Count(placed => placed is { CopyOf: < 0, Known: null });
        if (!_settings.WantsCut(_options, all) || all == 0) return null;
        var clustering = _options.Clustering with { Statistics = false };
        if (clustering is { Method: ClusteringMethod.Ahc, Cut: CutRule.Threshold given } && !isEmpty)
        {
            _settings = _settings.With(new CutAnswer("threshold", given.Distance, null, null), all);
            return null;
        }

        if (!isEmpty && all > MostFacesOfCut)
        {
            throw new InputException(
                "ThresholdMissing", FaultKind.InvalidArgument,
                $"{all} faces are too many to read the threshold off them that later ones are assigned by: give -Threshold.");
        }

        var unit = isEmpty ? Gather(fresh) : Everything();
        if (unit.Count == 0) return null;
        var onCosines = clustering.Method == ClusteringMethod.Ahc ? clustering : clustering with
        {
            Method = ClusteringMethod.Ahc,
            Cut = clustering.Cut is CutRule.Likelihood likelihood ? likelihood : new CutRule.Likelihood(),
        };
        var cut = FaceClusterer.Cluster(unit, onCosines, _context);
        _settings = _settings.With(cut.Cut!, all);
        if (!isEmpty) return null;
        return clustering.Method == ClusteringMethod.Ahc ? cut.Labels
            : FaceClusterer.Cluster(unit, clustering, _context).Labels;
    }

    private FeatureMatrix Everything()
    {
        var ids = _file.Rows("SELECT id FROM face WHERE cluster IS NOT NULL ORDER BY hash", row => row.GetInt64(0));
        var there = CatalogueQueries.Features(_file, ids, _settings.Dimension, _context);
        var added = Gather([.. Enumerable.Range(0, _faces.Length).Where(i => _placed[i] is { CopyOf: < 0, Known: null })]);
        return new FeatureMatrix([.. there.Values, .. added.Values], there.Count + added.Count, _settings.Dimension);
    }

    private List<int> Assign(List<int> fresh, ApartRules rules, double threshold)
    {
        var clusters = ClusterSums.Read(_file, _settings.Dimension).With(_deltas);
        var local = rules.For(fresh);
        var assignments = FaceAssignment.Assign(Gather(fresh), clusters, threshold, local, _context);
        var left = new List<int>();
        for (var k = 0; k < fresh.Count; k++)
        {
            var (place, similarity) = assignments[k];
            if (place < 0)
            {
                left.Add(fresh[k]);
                continue;
            }

            Join(fresh[k], clusters.Ids[place], AddedFaceOutcome.Assigned, similarity);
            rules.Join(fresh[k], clusters.Ids[place]);
        }

        return left;
    }

    private int[] Cluster(List<int> fresh) => _settings.Threshold is { } threshold
        ? CatalogueReclustering.Link(Gather(fresh), threshold, _context)
        : [.. Enumerable.Range(0, fresh.Count)];

    private FeatureMatrix Gather(IReadOnlyList<int> faces)
    {
        var dimension = _settings.Dimension;
        var values = new float[faces.Count * dimension];
        for (var k = 0; k < faces.Count; k++) _faces[faces[k]].Feature.Span.CopyTo(values.AsSpan(k * dimension));
        return new FeatureMatrix(values, faces.Count, dimension);
    }

    private void Join(int i, long cluster, AddedFaceOutcome outcome, double similarity)
    {
        var placed = _placed[i];
        (placed.Cluster, placed.Similarity) = (cluster, similarity);
        if (placed.Known is null) placed.Outcome = outcome;
        Delta(cluster).Add(_faces[i].Feature.Span, 1);
    }

    private ClusterDelta Delta(long cluster)
    {
        if (!_deltas.TryGetValue(cluster, out var delta)) _deltas.Add(cluster,
            delta = new ClusterDelta(_settings.Dimension));
        return delta;
    }

    private Placed Original(int i) => _placed[i].CopyOf < 0 ? _placed[i] : _placed[_placed[i].CopyOf];

    private float[] ReadFeature(long face) => CatalogueQueries.Feature(_file, face, _settings.Dimension);

    private void Write()
    {
        var hasChange = Array.Exists(_placed, placed => placed.CopyOf < 0 && placed.Outcome != AddedFaceOutcome.Known)
            || _settings != CatalogueSettings.Read(_file);
        if (!hasChange) return;
        var change = new CatalogueChange(_file, "Add-Face", _settings.Dimension);
        _settings.Write(_file);
        var nextFace = CatalogueChange.LastId(_file, "face") + 1;
        for (var i = 0; i < _faces.Length; i++)
        {
            if ((i & 0xFFF) == 0)
            {
                _context.ThrowIfCancelled();
                _context.Report("Writing faces", i, _faces.Length);
            }

            var placed = _placed[i];
            if (placed.CopyOf >= 0) continue;
            switch (placed)
            {
                case { Known: null }:
                    change.AddFace(placed.Face = nextFace++, _faces[i], placed.Cluster, placed.IsPinned);
                    break;
                case { Outcome: AddedFaceOutcome.Moved, Known: { } known }:
                    change.MovePhotograph(known.Face, _faces[i]);
                    break;
                case { Outcome: AddedFaceOutcome.Changed, Known: { } known }:
                    change.ReplaceFace(known.Face, _faces[i], placed.Cluster);
                    break;
            }
        }

        var lastCluster = CatalogueChange.LastId(_file, "cluster");
        foreach (var (cluster, delta) in _deltas.OrderBy(pair => pair.Key))
        {
            if (cluster > lastCluster) change.AddCluster(cluster, delta.Name, delta.Sum, delta.Faces);
            else change.ChangeSum(cluster, delta.Sum, delta.Faces);
        }

        _file.Commit();
    }

    private List<AddedFaceResult> Results(IReadOnlyList<FeatureSet> sets)
    {
        var places = new Dictionary<FeatureSet, int>(ReferenceEqualityComparer.Instance);
        for (var k = 0; k < sets.Count; k++) places.TryAdd(sets[k], k);
        var names = new Dictionary<long, string?>();
        var next = CatalogueChange.LastId(_file, "face") + 1;
        foreach (var placed in _placed)
        {
            // What would be added has the ids that it would get.
            if (placed is { CopyOf: < 0, Known: null, Face: 0 }) placed.Face = next++;
        }

        return
        [
            .. Enumerable.Range(0, _faces.Length)
                .OrderBy(i => places[_faces[i].Set]).ThenBy(i => _faces[i].Row)
                .Select(i => Result(i, names)),
        ];
    }

    private AddedFaceResult Result(int i, Dictionary<long, string?> names)
    {
        var (face, placed) = (_faces[i], Original(i));
        return new AddedFaceResult(
            face.Set.Source, face.Set.RowOf(face.Row), face.Key, face.Photograph, placed.Known?.Face ?? placed.Face,
                placed.Cluster,
            NameOf(placed.Cluster, names), _placed[i].CopyOf < 0 ? placed.Outcome : AddedFaceOutcome.Known,
            _placed[i].CopyOf < 0 ? placed.Similarity : double.NaN);
    }

    private string? NameOf(long? cluster, Dictionary<long, string?> names)
    {
        if (cluster is not { } id) return null;
        if (names.TryGetValue(id, out var name)) return name;
        name = _deltas.GetValueOrDefault(id)?.Name ?? CatalogueQueries.NameOf(_file, id);
        names.Add(id, name);
        return name;
    }

    /// <summary>What becomes of a face.</summary>
    private sealed class Placed
    {
        /// <summary>The face that it is a copy of; -1 for none.</summary>
        public int CopyOf { get; set; } = -1;

        public KnownFace? Known { get; set; }

        public long Face { get; set; }

        public long? Cluster { get; set; }

        public bool IsPinned { get; set; }

        public bool IsUnplaced { get; set; }

        public double Similarity { get; set; } = double.NaN;

        public AddedFaceOutcome Outcome { get; set; } = AddedFaceOutcome.New;

        public bool IsFresh => CopyOf < 0 && (Known is null || IsUnplaced);
    }
}
