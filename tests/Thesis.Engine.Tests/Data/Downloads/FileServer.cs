using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Thesis.Engine.Tests.Data.Downloads;

/// <summary>A server of files on the loopback, which can break off and need not know ranges.</summary>
internal sealed class FileServer : IDisposable
{
    private readonly HttpListener _listener = new();

    public FileServer()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Root = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }

        _listener.Prefixes.Add(Root);
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public string Root { get; }

    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Whether ranges are known.</summary>
    public bool Ranges { get; set; } = true;

    /// <summary>After how many bytes an answer breaks off; null for never.</summary>
    public int? Limit { get; set; }

    /// <summary>Where a file is to be had instead, by its name.</summary>
    public Dictionary<string, string> Elsewhere { get; } = [];

    /// <summary>After how many bytes an answer stands still; null for never, 0 before it begins.</summary>
    public int? Silence { get; set; }

    /// <summary>The offset that an answer to a range claims to begin at; null for the one that was asked for.</summary>
    public int? Claimed { get; set; }

    /// <summary>Each request: the file and the offset that was asked for.</summary>
    public List<(string Name, long Offset)> Requests { get; } = [];

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                Answer(await _listener.GetContextAsync());
            }
            catch (Exception fault) when (
                fault is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                if (!_listener.IsListening) return;
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var response = context.Response;
        var name = context.Request.Url!.AbsolutePath.TrimStart('/');
        var range = context.Request.Headers["Range"];
        var asked = range is null ? 0 : long.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
        Requests.Add((name, asked));
        if (Silence == 0) return;
        if (Elsewhere.TryGetValue(name, out var other))
        {
            response.StatusCode = 302;
            response.Headers["Location"] = other;
            response.Close();
            return;
        }

        if (!Files.TryGetValue(name, out var file))
        {
            response.StatusCode = 404;
            response.Close();
            return;
        }

        var offset = Ranges ? (int)asked : 0;
        if (offset > 0 && offset >= file.Length)
        {
            response.StatusCode = 416;
            response.Close();
            return;
        }

        if (offset > 0)
        {
            response.StatusCode = 206;
            response.Headers["Content-Range"] = $"bytes {Claimed ?? offset}-{file.Length - 1}/{file.Length}";
        }

        response.ContentLength64 = file.Length - offset;
        var length = Math.Min(file.Length - offset, Silence ?? Limit ?? int.MaxValue);
        response.OutputStream.Write(file, offset, length);
        response.OutputStream.Flush();
        if (length == file.Length - offset) response.Close();
        else if (Silence is null) response.Abort();
    }
}
