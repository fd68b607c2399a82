namespace Thesis.Engine.Data;

/// <summary>A data element as its bytes, so that it can be written back as it was.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Vr">The two letters of the value representation; empty where the syntax is implicit.</param>
/// <param name="Value">
/// The value's bytes. For a sequence these are its items, in the file's syntax; where the length is undefined, without
/// the delimiter that ends it.
/// </param>
/// <param name="UndefinedLength">Whether the element ends by a delimiter.</param>
public sealed record DicomElement(
    DicomTag Tag, string Vr, ReadOnlyMemory<byte> Value, bool UndefinedLength = false);
