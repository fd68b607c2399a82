using System.Buffers;

namespace Thesis.Engine.Tomography;

/// <summary>A rented buffer of at least a length; its values are whatever was there.</summary>
internal readonly struct Scratch<T>(int length) : IDisposable
    where T : unmanaged
{
    public T[] Values { get; } = ScratchPool<T>.Rent(length);

    public void Dispose() => ScratchPool<T>.Return(Values);
}

/// <summary>
/// Keeps the buffers of kernels. Small ones are the shared pool's; of large ones, which that pool makes as large as the next
/// power of two and keeps for every thread apart, there are a few, of their exact length, for all threads together. A series
/// of 512 x 512 slices takes 80 MB less so.
/// </summary>
internal static class ScratchPool<T>
    where T : unmanaged
{
    private const int LargeBytes = 1 << 18;
    private const int KeptPerProcessor = 6;

    private static readonly Lock Guard = new();
    private static readonly List<T[]> Kept = [];
    private static readonly int MostKept = KeptPerProcessor * Environment.ProcessorCount;

    public static T[] Rent(int length)
    {
        if (IsSmall(length)) return ArrayPool<T>.Shared.Rent(length);
        lock (Guard)
        {
            var index = Kept.FindLastIndex(buffer => buffer.Length == length);
            if (index >= 0)
            {
                var found = Kept[index];
                Kept.RemoveAt(index);
                return found;
            }
        }

        return GC.AllocateUninitializedArray<T>(length);
    }

    public static void Return(T[] buffer)
    {
        if (IsSmall(buffer.Length))
        {
            ArrayPool<T>.Shared.Return(buffer);
            return;
        }

        lock (Guard)
        {
            // The oldest is of a size that is no longer asked for.
            if (Kept.Count == MostKept) Kept.RemoveAt(0);
            Kept.Add(buffer);
        }
    }

    // A small buffer of the shared pool is shorter than twice what was asked for, and stays on its side of the limit: both
    // are powers of two.
    private static unsafe bool IsSmall(int length) => (long)length * sizeof(T) <= LargeBytes;
}
