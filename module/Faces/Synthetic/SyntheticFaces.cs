using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// Draws face-like unit features with known identities. Face f of identity c in track t is the unit vector along
/// <code>
/// z = mu_c + s_c [ sqrt(1 - r) tau_f u_f + sqrt(r) tau_t u_t + 0.35 n_t N ]
/// </code>
/// mu_c: a unit vector from a Gaussian whose spectrum decays as (1 + k)^-0.35, so that the cosine of two identities has
/// a standard deviation near 0.1 instead of 1 / sqrt(D);
/// s_c: the identity's log-normal spread, so that density differs from identity to identity;
/// u_f, u_t: Gaussians of the same spectrum and of expected square length 1, one a face and one a track, with the share
/// r = 0.8 for the track in protocols with videos (near-duplicates inside wider identities) and 0 otherwise;
/// tau: the square root of an inverse chi-square (heavy tails, 6 and 5 degrees of freedom);
/// n_t N: a track's weights of a few directions that all identities share (pose, light).
/// A share of the tracks and of the faces is degraded: z is shrunk by up to 3/4 and drawn towards one of four common
/// directions (blur, occlusion, no face), by q from Beta(2, 2). The faces come in random order.
/// <para>
/// The features are not rotated at random: the axes carry the spectrum. Every method here sees features through inner
/// products alone, which a rotation leaves as they are.
/// </para>
/// </summary>
public static class SyntheticFaces
{
    private const double SpectrumDecay = 0.35;
    private const double SpreadDeviation = 0.22;
    private const double TrackShare = 0.8;
    private const double NuisanceScale = 0.35;
    private const int NuisanceDirections = 8;
    private const int JunkDirections = 4;

    /// <summary>Draws a set; the bytes depend on the protocol and the seed, not on the number of threads.</summary>
    /// <remarks>Needs 4 N D bytes for the features and little else.</remarks>
    /// <param name="protocol">The shape.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="work">Threads, cancellation, progress.</param>
    /// <exception cref="InputException"><c>ArrayTooLong</c>.</exception>
    public static FaceSet Generate(SyntheticProtocol protocol, long seed, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentNullException.ThrowIfNull(work);
        var root = new SeededRandom(seed);
        var sizes = IdentitySizes.Draw(protocol, root.Fork(0));
        var starts = Starts(sizes);
        var model = new Model(protocol, root.Fork(1));
        var order = Enumerable.Range(0, protocol.Faces).ToArray();
        root.Fork(2).Shuffle<int>(order);

        var faces = root.Fork(3);
        var values = new float[MemoryPlan.ArrayLength(
            protocol.Faces, protocol.Dimension, $"{protocol.Faces} faces of {protocol.Dimension} values", "Draw fewer.")];
        var tracks = new int[protocol.Faces];
        var trackCounts = new int[protocol.Identities];
        var done = 0;
        Parallel.For(0, protocol.Identities, work.Parallel, identity =>
        {
            var places = order.AsSpan(starts[identity], sizes[identity]);
            trackCounts[identity] = model.DrawIdentity(faces.Fork(identity), places, values, tracks);
            var finished = Interlocked.Add(ref done, sizes[identity]);
            if ((identity & 0x3F) == 0) work.Report("Synthetic faces", finished, protocol.Faces);
        });

        var identities = Name(order, sizes, starts, trackCounts, tracks);
        return new FaceSet(new FeatureMatrix(values, protocol.Faces, protocol.Dimension), identities, tracks);
    }

    private static int[] Starts(int[] sizes)
    {
        var starts = new int[sizes.Length];
        for (var i = 1; i < sizes.Length; i++) starts[i] = starts[i - 1] + sizes[i - 1];
        return starts;
    }

    /// <summary>Names the identities of the shuffled faces and numbers the tracks through, identity by identity.</summary>
    private static string[] Name(int[] order, int[] sizes, int[] starts, int[] trackCounts, int[] tracks)
    {
        var identities = new string[order.Length];
        var firstTrack = 0;
        for (var identity = 0; identity < sizes.Length; identity++)
        {
            var name = string.Create(
                CultureInfo.InvariantCulture, $"identity{identity:D5}");
            foreach (var place in order.AsSpan(starts[identity], sizes[identity]))
            {
                identities[place] = name;
                tracks[place] += firstTrack;
            }

            firstTrack += trackCounts[identity];
        }

        return identities;
    }

    /// <summary>What all identities share.</summary>
    private sealed class Model
    {
        private readonly SyntheticProtocol _protocol;
        private readonly double[] _spectrum;
        private readonly double[][] _nuisance;
        private readonly double[][] _junk;

        public Model(SyntheticProtocol protocol, SeededRandom random)
        {
            _protocol = protocol;
            _spectrum = Spectrum(protocol.Dimension);
            var flat = Enumerable.Repeat(1.0, protocol.Dimension).ToArray();
            _nuisance = [.. Enumerable.Range(0, NuisanceDirections).Select(_ => Direction(random, flat))];
            _junk = [.. Enumerable.Range(0, JunkDirections).Select(_ => Direction(random, _spectrum))];
        }

        private bool HasTracks => _protocol.TrackLength > 1;

        /// <summary>Draws the faces of one identity into their places; returns how many tracks they form.</summary>
        public int DrawIdentity(SeededRandom random, ReadOnlySpan<int> places, float[] values, int[] tracks)
        {
            var dimension = _protocol.Dimension;
            var centre = Direction(random, _spectrum);
            var spread = _protocol.Spread * Math.Exp(SpreadDeviation * random.NextGaussian());
            var shared = new double[dimension];
            var face = new double[dimension];
            var track = -1;
            var junkTrack = false;
            foreach (var place in places)
            {
                if (track < 0 || random.NextDouble() < 1 / _protocol.TrackLength)
                {
                    track++;
                    DrawTrack(random, centre, spread, shared);
                    junkTrack = HasTracks && random.NextDouble() < _protocol.JunkShare;
                }

                var own = spread * Math.Sqrt(HasTracks ? 1 - TrackShare : 1) * HeavyTail(random, 6);
                shared.CopyTo(face, 0);
                AddNoise(random, own, face);
                var junkFace = random.NextDouble() < (HasTracks ? _protocol.JunkShare / 2 : _protocol.JunkShare);
                if (junkTrack || junkFace) Degrade(random, face);
                Store(face, values.AsSpan(place * dimension, dimension));
                tracks[place] = track;
            }

            return track + 1;
        }

        /// <summary>The part that the faces of a track share: centre, the track's own offset, pose and light.</summary>
        private void DrawTrack(SeededRandom random, double[] centre, double spread, double[] shared)
        {
            centre.CopyTo(shared, 0);
            if (HasTracks) AddNoise(random, spread * Math.Sqrt(TrackShare) * HeavyTail(random, 5), shared);
            foreach (var direction in _nuisance)
            {
                var weight = NuisanceScale * spread * random.NextGaussian() / Math.Sqrt(NuisanceDirections);
                for (var k = 0; k < shared.Length; k++) shared[k] += weight * direction[k];
            }
        }

        private void AddNoise(SeededRandom random, double scale, double[] target)
        {
            var unit = scale / Math.Sqrt(target.Length);
            for (var k = 0; k < target.Length; k++) target[k] += unit * _spectrum[k] * random.NextGaussian();
        }

        private void Degrade(SeededRandom random, double[] face)
        {
            var quality = MedianOfThree(random.NextDouble(), random.NextDouble(), random.NextDouble());
            var direction = _junk[random.NextInt32(JunkDirections)];
            for (var k = 0; k < face.Length; k++)
            {
                face[k] = (face[k] * (1 - (0.75 * quality))) + (0.9 * quality * direction[k]);
            }
        }

        /// <summary>The median of three uniform draws has the distribution Beta(2, 2).</summary>
        private static double MedianOfThree(double a, double b, double c) =>
            Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));

        private static double HeavyTail(SeededRandom random, int degrees)
        {
            var chiSquare = 0.0;
            for (var i = 0; i < degrees; i++)
            {
                var draw = random.NextGaussian();
                chiSquare += draw * draw;
            }

            return Math.Sqrt(degrees / chiSquare);
        }

        private static double[] Spectrum(int dimension)
        {
            var spectrum = new double[dimension];
            for (var k = 0; k < dimension; k++) spectrum[k] = Math.Pow(1 + k, -SpectrumDecay);
            var rms = Math.Sqrt(spectrum.Average(s => s * s));
            return Array.ConvertAll(spectrum, s => s / rms);
        }

        private static double[] Direction(SeededRandom random, double[] spectrum)
        {
            var direction = Array.ConvertAll(spectrum, s => s * random.NextGaussian());
            var norm = Norm(direction);
            return Array.ConvertAll(direction, v => v / norm);
        }

        private static void Store(double[] face, Span<float> row)
        {
            var norm = Norm(face);
            for (var k = 0; k < row.Length; k++) row[k] = (float)(face[k] / norm);
        }

        private static double Norm(double[] vector)
        {
            var square = 0.0;
            foreach (var value in vector) square += value * value;
            return Math.Sqrt(square);
        }
    }
}
