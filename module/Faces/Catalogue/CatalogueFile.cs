using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>
/// A catalogue's file, open for one command, which is one transaction: what was not committed never happened, whatever
/// ended the process. The journal is a rollback journal and no write-ahead log: it works on network disks, and between
/// two commands the catalogue is one file that may be copied. Writers come one after the other (BEGIN IMMEDIATE);
/// readers see the state before or after a command.
/// </summary>
/// <remarks>
/// The file may come from elsewhere: its tables must be those of <see cref="CatalogueSchema"/> to the letter, so that it
/// holds no triggers or views, and every blob's length is looked at before it is read.
/// </remarks>
internal sealed class CatalogueFile : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private readonly TimeSpan _wait;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _interruption;

    private CatalogueFile(SqliteConnection connection, string path, TimeSpan wait, CancellationToken cancellation)
    {
        (_connection, Path, _wait, _cancellation) = (connection, path, wait, cancellation);

        // A statement may read the whole file; a stop ends it at once.
        _interruption = cancellation.Register(() => SQLitePCL.raw.sqlite3_interrupt(connection.Handle));
    }

    /// <summary>The file; of a link, what it leads to.</summary>
    public string Path { get; }

    /// <summary>Opens a catalogue and begins a transaction.</summary>
    /// <param name="path">The file.</param>
    /// <param name="use">What is done with it.</param>
    /// <param name="wait">How long is waited for another command's end.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="InputException">
    /// <c>CatalogueNotFound</c>, <c>CatalogueBusy</c>, <c>CatalogueReadOnly</c>, <c>CatalogueUnreadable</c>,
    /// <c>CatalogueInvalid</c>,
    /// <c>CatalogueNewer</c>, <c>CatalogueDamaged</c>, <c>FileNotWritable</c>.
    /// </exception>
    public static CatalogueFile Open(string path, CatalogueUse use, TimeSpan wait, CancellationToken cancellation)
    {
        var full = Resolve(path);
        // A process that was killed while it made one leaves an empty file.
        var exists = File.Exists(full) && new FileInfo(full).Length > 0;
        if (!exists && use is CatalogueUse.Read or CatalogueUse.Write) throw CatalogueFault.Missing(full);
        if (use == CatalogueUse.Create) MakeFolder(full);
        SqliteConnection? connection = null;
        CatalogueFile? file = null;
        try
        {
            connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = exists || use == CatalogueUse.Create ? full : ":memory:",
                Mode = exists ? SqliteOpenMode.ReadWrite : SqliteOpenMode.ReadWriteCreate,
                Pooling = false,
                DefaultTimeout = 1,
            }.ToString());
            connection.Open();
            file = new CatalogueFile(connection, full, wait, cancellation);
            file.Begin(use is CatalogueUse.Write or CatalogueUse.Create);
            return file;
        }
        catch (SqliteException fault)
        {
            Close();
            cancellation.ThrowIfCancellationRequested();
            throw CatalogueFault.IsBusy(fault) ? CatalogueFault.Busy(full, wait, fault) : CatalogueFault.Of(fault, full);
        }
        catch (Exception fault) when (fault is TypeInitializationException or DllNotFoundException)
        {
            throw new InputException(
                "SqliteRefused", FaultKind.ResourceUnavailable,
                $"The library of SQLite cannot be loaded: {(fault.InnerException ?? fault).Message}", full, fault);
        }
        catch
        {
            Close();
            throw;
        }

        void Close()
        {
            file?.Dispose();
            connection?.Dispose();
        }
    }

    /// <summary>Runs something, SQLite's faults made the input's.</summary>
    public T Guard<T>(Func<T> body)
    {
        try
        {
            return body();
        }
        catch (SqliteException fault)
        {
            _cancellation.ThrowIfCancellationRequested();
            throw CatalogueFault.IsBusy(fault) ? CatalogueFault.Busy(Path, _wait, fault) : CatalogueFault.Of(fault, Path);
        }
    }

    /// <summary>A statement, prepared once; its parameters are named $0, $1 and so on.</summary>
    public SqliteCommand Statement(string sql, params ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            command.CommandTimeout = Math.Max(1, (int)_wait.TotalSeconds);
            _commands.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i] ?? DBNull.Value;
            if (i < command.Parameters.Count) command.Parameters[i].Value = value;
            else command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"${i}"), value);
        }

        return command;
    }

    /// <summary>Runs a statement; the number of rows that it changed.</summary>
    public int Run(string sql, params ReadOnlySpan<object?> values) => Statement(sql, values).ExecuteNonQuery();

    /// <summary>The only value of a statement; null where it has none.</summary>
    public object? Value(string sql, params ReadOnlySpan<object?> values) =>
        Statement(sql, values).ExecuteScalar() is var value and not DBNull ? value : null;

    /// <summary>The only number of a statement; 0 where it has none.</summary>
    public long Number(string sql, params ReadOnlySpan<object?> values) =>
        Value(sql, values) is { } value ? Convert.ToInt64(value, CultureInfo.InvariantCulture) : 0;

    /// <summary>The rows of a statement, each made by <paramref name="row"/>.</summary>
    public List<T> Rows<T>(string sql, Func<SqliteDataReader, T> row, params ReadOnlySpan<object?> values)
    {
        using var reader = Statement(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            if ((rows.Count & 0xFFF) == 0) _cancellation.ThrowIfCancellationRequested();
            rows.Add(Read(row, reader));
        }

        return rows;
    }

    // A column keeps any value, and a damaged page may hold none where one must be.
    private T Read<T>(Func<SqliteDataReader, T> row, SqliteDataReader reader)
    {
        try
        {
            return row(reader);
        }
        catch (Exception fault) when (fault is InvalidOperationException or InvalidCastException or FormatException
            or OverflowException)
        {
            throw CatalogueFault.Damaged(Path, "a row lacks a value, or has one of another kind", fault);
        }
    }

    /// <summary>Copies a blob of float32 values.</summary>
    /// <exception cref="InputException"><c>CatalogueDamaged</c>: it has another length.</exception>
    public void Floats(SqliteDataReader reader, int column, Span<float> values)
    {
        var blob = SQLitePCL.raw.sqlite3_column_blob(reader.Handle, column);
        if (blob.Length != values.Length * sizeof(float))
        {
            throw CatalogueFault.Damaged(Path,
                $"a feature has {blob.Length} bytes in place of {values.Length * sizeof(float)}");
        }

        MemoryMarshal.Cast<byte, float>(blob).CopyTo(values);
    }

    /// <summary>The bytes of float32 values.</summary>
    public static byte[] Bytes(ReadOnlySpan<float> values) => MemoryMarshal.AsBytes(values).ToArray();

    /// <summary>Makes what was done last; waits for readers to end.</summary>
    public void Commit() => Guard(() =>
    {
        Patiently("COMMIT");
        return true;
    });

    /// <summary>Takes back what was not committed.</summary>
    public void Dispose()
    {
        _interruption.Dispose();
        foreach (var command in _commands.Values) command.Dispose();
        _connection.Dispose();
    }

    // The journal lies beside the file itself: a link is followed first, so that two names of it share one.
    private static string Resolve(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        AtomicFile.RequireNoOther(full);
        try
        {
            var file = new FileInfo(full);
            if (file.LinkTarget is null || file.ResolveLinkTarget(returnFinalTarget: true) is not { } target) return full;
            AtomicFile.RequireNoOther(target.FullName);
            return target.Exists ? target.FullName : throw CatalogueFault.Missing(target.FullName);
        }
        catch (IOException fault)
        {
            throw new InputException(
                "CatalogueUnreadable", FaultKind.ResourceUnavailable,
                    $"'{full}' cannot be read: {fault.Message.TrimEnd('.')}.", full, fault);
        }
    }

    private static void MakeFolder(string full)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                "CatalogueReadOnly", FaultKind.ResourceUnavailable,
                    $"'{full}' cannot be written: {fault.Message.TrimEnd('.')}.", full, fault);
        }
    }

    private void Begin(bool write)
    {
        Patiently("PRAGMA trusted_schema = OFF");
        Patiently("PRAGMA cell_size_check = ON");
        Patiently(string.Create(CultureInfo.InvariantCulture, $"PRAGMA page_size = {CatalogueSchema.PageSize}"));
        Patiently("PRAGMA cache_size = -65536");
        Patiently(write ? "BEGIN IMMEDIATE" : "BEGIN");
        var (application, version) = (Pragma("application_id"), Pragma("user_version"));
        var tables = Rows("SELECT name, sql FROM sqlite_schema", row =>
            (Name: row.GetString(0), Sql: row.IsDBNull(1) ? null : row.GetString(1)));
        if (application == 0 && version == 0 && tables.Count == 0)
        {
            Make();
            return;
        }

        if (application != CatalogueSchema.ApplicationId) throw CatalogueFault.Invalid(Path,
            "it is an SQLite file of another kind");
        if (version > CatalogueSchema.Version) throw CatalogueFault.Newer(Path, version);
        var own = tables.Where(table => !table.Name.StartsWith("sqlite_", StringComparison.Ordinal)).Select(table =>
            table.Sql);
        if (version < 1 || !own.ToHashSet(StringComparer.Ordinal).SetEquals(CatalogueSchema.Statements))
        {
            throw CatalogueFault.Damaged(Path, "its tables are not those of a catalogue");
        }
    }

    private void Make()
    {
        foreach (var sql in CatalogueSchema.Statements) Run(sql);
        Run(string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {CatalogueSchema.ApplicationId}"));
        Run(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {CatalogueSchema.Version}"));
    }

    private long Pragma(string name)
    {
        // The first read takes the lock that a commit of another command may hold.
        Patiently($"PRAGMA {name}");
        return Number($"PRAGMA {name}");
    }

    // In short tries, between which a cancellation is seen.
    private void Patiently(string sql)
    {
        var clock = Stopwatch.StartNew();
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 1;
        while (true)
        {
            _cancellation.ThrowIfCancellationRequested();
            try
            {
                command.ExecuteNonQuery();
                return;
            }
            catch (SqliteException fault) when (CatalogueFault.IsBusy(fault) && clock.Elapsed < _wait)
            {
                // Another command is at work.
            }
        }
    }
}

/// <summary>What a command does with a catalogue.</summary>
internal enum CatalogueUse
{
    /// <summary>Reads one that is there.</summary>
    Read,

    /// <summary>Reads one that may be missing: it is empty then, and no file is made.</summary>
    ReadOrEmpty,

    /// <summary>Changes one that is there.</summary>
    Write,

    /// <summary>Changes one, or makes it.</summary>
    Create,
}
