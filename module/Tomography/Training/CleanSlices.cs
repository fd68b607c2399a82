using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>Slices without metal of one size, of patients that are named, so that none is trained and tested on.</summary>
internal sealed class CleanSlices
{
    // A slice with more than this, in HU, may hold metal, and its image is no truth.
    private const float MostHounsfield = 2500;

    private const int FewestTissuePixels = 20;

    private readonly List<(string Patient, float[] Hounsfield)> _slices = [];

    private CleanSlices(int size) => Size = size;

    /// <summary>Rows and columns.</summary>
    public int Size { get; }

    /// <summary>Slices.</summary>
    public int Count => _slices.Count;

    /// <summary>The patients, in the order of their first slices.</summary>
    public IReadOnlyList<string> Patients => [.. _slices.Select(slice => slice.Patient).Distinct()];

    /// <summary>The slice, HU, row by row.</summary>
    public float[] this[int index] => _slices[index].Hounsfield;

    /// <summary>Reads slices and brings them to a size; those with metal are left out.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="unit">The unit of npy files.</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="work">Cancellation, progress; is told what is left out.</param>
    /// <exception cref="InputException">A fault of a file.</exception>
    public static CleanSlices Read(IReadOnlyList<string> paths, PixelUnit unit, int size, WorkContext work)
    {
        var result = new CleanSlices(size);
        var left = 0;
        foreach (var (path, folder) in paths.SelectMany(path => Files(path, work)))
        {
            foreach (var slice in CtFile.Read(path, work))
            {
                work.ThrowIfCancelled();
                if (result.Take(slice, PatientOf(slice, folder), unit, work)) continue;
                left++;
            }

            work.Report("Reading slices", result.Count, 0);
        }

        if (left > 0) work.Verbose?.Invoke($"{left} slices with metal or without a body are left out.");
        return result;
    }

    /// <summary>The slices of some patients.</summary>
    public CleanSlices Of(IReadOnlySet<string> patients)
    {
        var result = new CleanSlices(Size);
        result._slices.AddRange(_slices.Where(slice => patients.Contains(slice.Patient)));
        return result;
    }

    /// <summary>SHA-256, in hexadecimal, of all slices.</summary>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, hounsfield) in _slices) hash.AppendData(MemoryMarshal.AsBytes<float>(hounsfield));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private bool Take(CtSlice slice, string patient, PixelUnit unit, WorkContext work)
    {
        var image = SliceConversion.ToImage(slice, unit, work);
        var metal = (float)HounsfieldScale.ToAttenuation(MostHounsfield);
        var tissue = (float)HounsfieldScale.ToAttenuation(-300);
        if (Array.Exists(image.Values, value => value > metal)) return false;
        if (image.Values.Count(value => value > tissue) < FewestTissuePixels) return false;
        _slices.Add((patient, SliceConversion.ToHounsfield(SliceResampling.To(image, Size, work))));
        return true;
    }

    private static IEnumerable<(string Path, string? Folder)> Files(string path, WorkContext work)
    {
        if (!Directory.Exists(path)) return [(path, null)];
        var folders = InputFile.Guard(path, () => Directory.GetDirectories(path, "*", SearchOption.AllDirectories));
        return new[] { path }.Concat(folders.Order(StringComparer.Ordinal))
            .SelectMany(folder => SliceFolder.Find(folder, work).Select(slice => (slice.Path, (string?)folder)));
    }

    // DICOM says it; DeepLesion's folders begin with six digits of it; else a file in no folder, or a folder, is one patient.
    private static string PatientOf(CtSlice slice, string? folder)
    {
        if (slice.Dicom?.File.Data.Text(DicomTag.PatientId) is { Length: > 0 } patient) return patient;
        if (folder is null || slice.Index is not null) return CtFile.NameOf(slice.Source);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        return name.Length > 6 && name[..6].All(char.IsAsciiDigit) && name[6] == '_' ? name[..6] : name;
    }
}
