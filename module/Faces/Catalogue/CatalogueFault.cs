using Microsoft.Data.Sqlite;
using Thesis.Engine.Runtime;
using static SQLitePCL.raw;

namespace Thesis.Engine.Faces;

/// <summary>SQLite's faults as those of the input, with the catalogue's path.</summary>
internal static class CatalogueFault
{
    /// <summary>Whether another command holds the file.</summary>
    public static bool IsBusy(SqliteException fault) => fault.SqliteErrorCode is SQLITE_BUSY or SQLITE_LOCKED;

    /// <summary>The fault.</summary>
    public static InputException Of(SqliteException fault, string path) => fault.SqliteErrorCode switch
    {
        SQLITE_READONLY or SQLITE_PERM or SQLITE_AUTH => new InputException(
            "CatalogueReadOnly", FaultKind.ResourceUnavailable, $"'{path}' cannot be written: {fault.Message}.", path,
                fault),
        SQLITE_CANTOPEN or SQLITE_IOERR => new InputException(
            "CatalogueUnreadable", FaultKind.ResourceUnavailable, $"'{path}' cannot be read or written: {fault.Message}.",
                path, fault),
        SQLITE_FULL => AtomicFile.DiskFull($"The disk of '{path}' is full. The catalogue stays as it was.", path, fault),
        SQLITE_NOTADB => Invalid(path, "it is no SQLite file", fault),
        _ => Damaged(path, fault.Message, fault),
    };

    /// <summary>The fault of a file that another command holds for longer than was waited.</summary>
    public static InputException Busy(string path, TimeSpan waited, Exception? cause = null) => new(
        "CatalogueBusy", FaultKind.ResourceUnavailable,
        FormattableString.Invariant(
            $"Another command is at work on '{path}', and did not end within {waited.TotalSeconds:0.#} s. Nothing was changed; ")
        + "-LockTimeout waits longer.", path, cause);

    /// <summary>The fault of a file that is no catalogue.</summary>
    public static InputException Invalid(string path, string reason, Exception? cause = null) => new(
        "CatalogueInvalid", FaultKind.InvalidData, $"'{path}' is no face catalogue: {reason}.", path, cause);

    /// <summary>The fault of a catalogue whose content contradicts itself.</summary>
    public static InputException Damaged(string path, string reason, Exception? cause = null) => new(
        "CatalogueDamaged", FaultKind.InvalidData, $"The face catalogue '{path}' is damaged: {reason}.", path, cause);

    /// <summary>The fault of a catalogue that a newer version of the module made.</summary>
    public static InputException Newer(string path, long version) => new(
        "CatalogueNewer", FaultKind.NotSupported,
        $"'{path}' is a face catalogue of version {version}, and this module knows version {CatalogueSchema.Version}: a newer Thesis "
        + "made it, which can read it.", path);

    /// <summary>The fault of a file that is not there.</summary>
    public static InputException Missing(string path) => new(
        "CatalogueNotFound", FaultKind.NotFound, $"There is no face catalogue '{path}'. Add-Face makes one.", path);
}
