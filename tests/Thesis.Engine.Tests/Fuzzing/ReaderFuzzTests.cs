using System.Diagnostics;
using System.Globalization;
using System.Text;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests.Fuzzing;

/// <summary>
/// Readers of files that come from elsewhere, under seeded mutations: each is read or refused, and nothing else happens. A
/// part runs with all tests. The long run is of its own, and writes its counts:
/// <c>THESIS_FUZZ_RESULTS=FILE.csv Thesis.Engine.Tests -explicit only -class "*ReaderFuzzTests"</c>; THESIS_FUZZ_SHARE takes
/// another share of its inputs than all, THESIS_FUZZ_SEED another seed, and THESIS_FUZZ_FORMAT one format, such as yaml.
/// </summary>
public sealed class ReaderFuzzTests : IDisposable
{
    private const double ShareOfEachTest = 0.05;
    private const long Seed = 2020;
    private const int MostFaults = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FuzzedReaders _readers = new();

    public static TheoryData<string> Names
    {
        get
        {
            using var readers = new FuzzedReaders();
            return [.. readers.All.Select(reader => reader.ToString())];
        }
    }

    public void Dispose() => _readers.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mutated_file_is_read_or_refused_and_nothing_else(string name) =>
        Assert.Empty(Run(_readers.All.Single(reader => reader.ToString() == name), ShareOfEachTest, Seed, under: null).Faults);

    [Fact(Explicit = true)]
    public void All_inputs_of_the_long_run_are_read_or_refused()
    {
        var results = Environment.GetEnvironmentVariable("THESIS_FUZZ_RESULTS");
        Assert.SkipUnless(results is not null, "THESIS_FUZZ_RESULTS names no file.");
        var share = double.Parse(
            Environment.GetEnvironmentVariable("THESIS_FUZZ_SHARE") ?? "1", CultureInfo.InvariantCulture);
        var seed = long.Parse(
            Environment.GetEnvironmentVariable("THESIS_FUZZ_SEED") ?? $"{Seed}", CultureInfo.InvariantCulture);
        var format = Environment.GetEnvironmentVariable("THESIS_FUZZ_FORMAT");
        using var under = new FileStream(results + ".at", FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var rows = new StringBuilder("format,file,inputs,read,refused,seconds,slowest_ms,most_allocated_bytes\n");
        var faults = new List<string>();
        foreach (var reader in _readers.All.Where(reader => format is null || reader.Format == format))
        {
            var (row, found) = Run(reader, share, seed, under);
            rows.Append(row).Append('\n');
            faults.AddRange(found);
            File.WriteAllText(results!, rows.ToString());
        }

        File.Delete(under.Name);
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>Tries mutations of a reader's file; the row of its counts, and the first faults.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="share">The share of its inputs.</param>
    /// <param name="seed">The seed of all mutations.</param>
    /// <param name="under">Says which mutation is tried, should the process end; null for nothing.</param>
    private static (string Row, IReadOnlyList<string> Faults) Run(FuzzedReader reader, double share, long seed, FileStream? under)
    {
        var valid = reader.Valid();
        reader.Read(valid);
        var random = new SeededRandom(seed);
        var inputs = (int)Math.Ceiling(reader.Inputs * share);
        var (refused, slowest, most, clock) = (0, 0.0, 0L, Stopwatch.StartNew());
        var faults = new List<string>();
        for (var i = 0; i < inputs && faults.Count < MostFaults; i++)
        {
            var mutant = FileMutation.Of(valid, random.Fork(i));
            if (under is not null)
            {
                under.Position = 0;
                under.Write(Encoding.ASCII.GetBytes($"{reader}, seed {seed}, mutation {i}          "));
            }

            var (allocated, begun) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            try
            {
                reader.Read(mutant);
            }
            catch (InputException)
            {
                refused++;
            }
            catch (Exception fault)
            {
                faults.Add($"{reader}, seed {seed}, mutation {i}: {fault}");
            }

            var (bytes, taken) = (GC.GetAllocatedBytesForCurrentThread() - allocated, Stopwatch.GetElapsedTime(begun));
            (most, slowest) = (Math.Max(most, bytes), Math.Max(slowest, taken.TotalMilliseconds));
            if (bytes > reader.MostBytes) faults.Add($"{reader}, seed {seed}, mutation {i}: {bytes} bytes were allocated.");
            if (taken > Patience) faults.Add($"{reader}, seed {seed}, mutation {i}: {taken.TotalSeconds:F0} s.");
        }

        if (refused == 0) faults.Add($"{reader}: no mutation of {inputs} was refused.");
        var row = string.Create(
            CultureInfo.InvariantCulture,
            $"{reader.Format},{reader.Name},{inputs},{inputs - refused},{refused},{clock.Elapsed.TotalSeconds:F1},{slowest:F1},{most}");
        return (row, faults);
    }
}
