using System.Runtime.InteropServices;

namespace Thesis.Engine.Faces;

/// <summary>N x N float32 zeros outside the collected heap, whose arrays end at 2 GiB.</summary>
internal sealed unsafe class SquareMatrix(int count) : IDisposable
{
    private float* _values = (float*)NativeMemory.AllocZeroed((nuint)count * (nuint)count, sizeof(float));

    ~SquareMatrix() => Free();

    /// <summary>N.</summary>
    public int Count => count;

    /// <summary>Row i.</summary>
    public Span<float> Row(int i) => new(_values + ((long)i * count), count);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_values);
        _values = null;
    }
}
