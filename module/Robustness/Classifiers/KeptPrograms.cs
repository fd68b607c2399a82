using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>
/// The TorchScript programs of the last evaluations, by content. The library keeps about .75 MB of each program that it ever
/// loaded, so a session that evaluates one model again and again loads it once. Only programs that run as a list of calls
/// are kept: no pass changes them, while another may count its passes in itself and must begin anew each time.
/// </summary>
internal static class KeptPrograms
{
    /// <summary>A model and its surrogate.</summary>
    internal const int Most = 2;

    private static readonly Lock Gate = new();
    private static readonly List<Entry> Entries = [];

    /// <summary>A program that was loaded before, or the one that is loaded now.</summary>
    /// <exception cref="InputException">The faults of <see cref="TorchScriptClassifier.Load"/>.</exception>
    public static ImageClassifier Load(string path, ClassifierLoadOptions options, WorkContext work)
    {
        var key = $"{InputFile.Sha256(path, work)} {work.Device} {options.ImageShape} {options.DoublePrecision}";
        lock (Gate)
        {
            if (Entries.Find(entry => entry.Key == key) is { } known)
            {
                Entries.Remove(known);
                Entries.Insert(0, known);
                return new Lease(known, path);
            }
        }

        var loaded = TorchScriptClassifier.Load(path, options, work);
        if (!loaded.HasNetwork) return loaded;
        var added = new Entry(key, loaded);
        lock (Gate)
        {
            var lease = new Lease(added, path);
            Entries.Insert(0, added);
            while (Entries.Count > Most)
            {
                var oldest = Entries[^1];
                Entries.RemoveAt(Entries.Count - 1);
                oldest.IsKept = false;
                oldest.Close();
            }

            return lease;
        }
    }

    private sealed class Entry(string key, TorchScriptClassifier classifier)
    {
        public string Key => key;

        public TorchScriptClassifier Classifier => classifier;

        public int Users { get; set; }

        public bool IsKept { get; set; } = true;

        public void Close()
        {
            if (Users == 0 && !IsKept) classifier.Dispose();
        }
    }

    // The program for one user, under the name of the user's file.
    private sealed class Lease : ImageClassifier
    {
        private readonly Entry _entry;
        private bool _isReturned;

        public Lease(Entry entry, string path)
        {
            (_entry, Name) = (entry, Path.GetFileNameWithoutExtension(path));
            entry.Users++;
        }

        public override string Name { get; }

        public override ImageShape ImageShape => _entry.Classifier.ImageShape;

        public override int ClassCount => _entry.Classifier.ClassCount;

        public override Device Device => _entry.Classifier.Device;

        public override ScalarType ElementType => _entry.Classifier.ElementType;

        public override bool IsDifferentiable => _entry.Classifier.IsDifferentiable;

        public override bool IsReentrant => _entry.Classifier.IsReentrant;

        public override IReadOnlyList<ForwardFinding> ForwardFindings => _entry.Classifier.ForwardFindings;

        public override Tensor Logits(Tensor images) => _entry.Classifier.Logits(images);

        public override bool HasFeatures => _entry.Classifier.HasFeatures;

        public override Tensor Features(Tensor images) => _entry.Classifier.Features(images);

        protected override void Dispose(bool disposing)
        {
            if (!disposing) return;
            lock (Gate)
            {
                if (_isReturned) return;
                _isReturned = true;
                _entry.Users--;
                _entry.Close();
            }
        }
    }
}
