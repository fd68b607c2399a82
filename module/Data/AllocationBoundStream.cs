namespace Thesis.Engine.Data;

/// <summary>
/// A stream for a parser that makes objects of what it reads on this thread: it ends, with a fault, when the objects take far
/// more memory than the bytes. Two bytes of a hostile file may name an object of a hundred.
/// </summary>
/// <param name="inner">The file; it stays the caller's.</param>
/// <param name="allowance">Bytes of objects that are allowed whatever was read.</param>
internal sealed class AllocationBoundStream(Stream inner, long allowance) : Stream
{
    private const int MostPerByte = 4;

    private readonly long _before = GC.GetAllocatedBytesForCurrentThread();
    private long _read;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => inner.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The objects made so far take too much.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread() - _before;
        if (allocated > allowance + (MostPerByte * _read))
        {
            throw new InvalidDataException($"its first {_read} bytes became {allocated >> 20} MiB of objects");
        }

        var read = inner.Read(buffer, offset, count);
        _read += read;
        return read;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
