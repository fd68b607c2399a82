namespace Thesis.Engine.Runtime;

/// <summary>A file that is fetched piece by piece: what a call that was stopped left is what the next one goes on
/// with.</summary>
internal static class PartFile
{
    /// <summary>What the name of such a file ends with.</summary>
    public const string Suffix = ".part";

    private const int BufferLength = 1 << 17;

    /// <summary>How much of it is there.</summary>
    public static long LengthOf(string part) => File.Exists(part) ? new FileInfo(part).Length : 0;

    /// <summary>Writes a stream into the file from an offset on, up to its end.</summary>
    /// <param name="part">The file.</param>
    /// <param name="stream">The bytes from the offset on.</param>
    /// <param name="offset">Where they begin; what is there beyond is cut off.</param>
    /// <param name="most">The most bytes of the whole.</param>
    /// <param name="patience">How long no byte may come.</param>
    /// <param name="activity">What the progress says.</param>
    /// <param name="tooLong">The fault of a longer stream.</param>
    /// <param name="brokenOff">The fault of a stream that broke off; what came is kept.</param>
    /// <param name="work">Cancellation and progress.</param>
    /// <exception cref="InputException"><c>FileNotWritable</c>; <c>DiskSpaceInsufficient</c>: what came is kept.</exception>
    public static void Append(
        string part, Stream stream, long offset, long most, TimeSpan patience, string activity, Func<Exception> tooLong,
        Func<Exception, Exception> brokenOff, WorkContext work)
    {
        using var file = AtomicFile.Guard(
            part, () => new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0));
        file.SetLength(offset);
        file.Seek(offset, SeekOrigin.Begin);
        var buffer = new byte[BufferLength];
        while (Read() is > 0 and var length)
        {
            if (file.Length + length > most) throw tooLong();
            AtomicFile.Guard(part, () => file.Write(buffer, 0, length));
            work.Report(activity, file.Length, most);
        }

        int Read()
        {
            try
            {
                return RemoteFile.ReadAsync(stream, buffer, patience, work.Cancellation).GetAwaiter().GetResult();
            }
            catch (Exception fault) when (fault is IOException or HttpRequestException)
            {
                throw brokenOff(fault);
            }
        }
    }
}
