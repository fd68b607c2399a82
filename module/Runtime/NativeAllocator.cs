using System.Runtime.InteropServices;

namespace Thesis.Engine.Runtime;

/// <summary>
/// Makes glibc's allocator keep what it has. Its defaults give every large block back to the system when it is freed, so
/// that a network's activations, tens of megabytes that are taken and freed in each step, are paged in again each time:
/// on two cores PGD through Model A spent three quarters of its time there. Elsewhere nothing is done.
/// </summary>
internal static partial class NativeAllocator
{
    // Parameters of mallopt in malloc.h.
    private const int TrimThreshold = -1;
    private const int MappingThreshold = -3;
    private const int MostArenas = -8;

    // Blocks below the first come from the heap, which keeps up to the second when all of it is free.
    private const int HeapBlock = 1 << 30;
    private const int KeptFree = 1 << 30;

    // The variables by which a user, or a server's administrator, chooses for himself.
    private static readonly string[] Variables =
        ["MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_ARENA_MAX", "GLIBC_TUNABLES"];

    /// <summary>Sets the thresholds, once a process, before tensors are made.</summary>
    public static void KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux() || Variables.Any(name => Environment.GetEnvironmentVariable(name) is not null)) return;
        try
        {
            // One arena: the others' heaps hold 64 MB at most and are unmapped as soon as they are empty.
            _ = SetOption(MostArenas, 1);
            _ = SetOption(MappingThreshold, HeapBlock);
            _ = SetOption(TrimThreshold, KeptFree);
        }
        catch (Exception fault) when (fault is DllNotFoundException or EntryPointNotFoundException)
        {
            // Not glibc.
        }
    }

    /// <summary>
    /// Gives the system what is free inside the heap, after a model was released: its activations lie between what its
    /// program still holds, and a session that loads one model after another would grow by each.
    /// </summary>
    public static void ReturnFreedMemory()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = Trim(0);
        }
        catch (Exception fault) when (fault is DllNotFoundException or EntryPointNotFoundException)
        {
            // Not glibc.
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint kept);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
