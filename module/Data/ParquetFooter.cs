using System.Buffers.Binary;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Data;

/// <summary>
/// Checks the footer of a Parquet file before a library reads it: Thrift's compact protocol, each known field of the type that the
/// format's schema gives it (parquet.thrift), no list longer than the bytes that are left, all within the footer. A reader that
/// trusts the file makes as many objects as a damaged length says, or reads zeros past the end for as long.
/// </summary>
internal static class ParquetFooter
{
    private const int MostNested = 64;
    private const int LongestVarint = 10;

    // n a number, y a byte, b a boolean, d a double, s a string or bytes, [ a list of what follows, else the name of a structure.
    private static readonly Dictionary<string, string[]> Schema = Structures(
    [
        "File 1:n 2:[Element 3:n 4:[Group 5:[Pair 6:s 7:[Order 8:Encryption 9:s",
        "Element 1:n 2:n 3:n 4:s 5:n 6:n 7:n 8:n 9:n 10:Logical",
        "Logical 1:Empty 2:Empty 3:Empty 4:Empty 5:Decimal 6:Empty 7:Time 8:Time 10:Whole 11:Empty 12:Empty 13:Empty 14:Empty 15:Empty "
            + "16:Variant 17:Geometry 18:Geometry",
        "Decimal 1:n 2:n", "Time 1:b 2:TimeUnit", "TimeUnit 1:Empty 2:Empty 3:Empty", "Whole 1:y 2:b", "Variant 1:y", "Geometry 1:s 2:n",
        "Group 1:[Chunk 2:n 3:n 4:[Sorting 5:n 6:n 7:n",
        "Sorting 1:n 2:b 3:b",
        "Chunk 1:s 2:n 3:Column 4:n 5:n 6:n 7:n 8:Crypto 9:s",
        "Column 1:n 2:[n 3:[s 4:n 5:n 6:n 7:n 8:[Pair 9:n 10:n 11:n 12:Statistics 13:[Encodings 14:n 15:n 16:Sizes 17:Places",
        "Statistics 1:s 2:s 3:n 4:n 5:s 6:s 7:b 8:b",
        "Sizes 1:n 2:[n 3:[n", "Places 1:Box 2:[n", "Box 1:d 2:d 3:d 4:d 5:d 6:d 7:d 8:d",
        "Encodings 1:n 2:n 3:n", "Pair 1:s 2:s", "Order 1:Empty", "Encryption 1:Aes 2:Aes", "Aes 1:s 2:s 3:b",
        "Crypto 1:Empty 2:Key", "Key 1:[s 2:s", "Empty",
    ]);

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <summary>Checks the footer of a file that has one; the stream is at its beginning afterwards.</summary>
    /// <exception cref="InputException"><c>ParquetInvalid</c>, <c>MemoryInsufficient</c>.</exception>
    public static void Require(Stream stream, string path)
    {
        Span<byte> end = stackalloc byte[sizeof(uint) + Magic.Length];
        if (stream.Length < end.Length + Magic.Length) return;
        stream.Seek(-end.Length, SeekOrigin.End);
        stream.ReadExactly(end);
        stream.Position = 0;
        if (!end.EndsWith(Magic)) return;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(end);
        if (length > stream.Length - end.Length - Magic.Length)
        {
            throw Invalid(path, $"its footer of {length} bytes would be longer than the file");
        }

        InputFile.RequireMemory(length, path);
        var footer = new byte[length];
        stream.Seek(-end.Length - (long)length, SeekOrigin.End);
        stream.ReadExactly(footer);
        stream.Position = 0;
        if (Reader.Fault(footer) is { } fault) throw Invalid(path, $"its footer {fault}");
    }

    private static InputException Invalid(string path, string reason) => new(
        DataErrorIds.ParquetInvalid, FaultKind.InvalidData, $"'{path}' is no readable Parquet file: {reason}.", path);

    // The kinds of a structure's fields by their ids.
    private static Dictionary<string, string[]> Structures(string[] lines) => lines.Select(line => line.Split(' ')).ToDictionary(
        words => words[0],
        words =>
        {
            var fields = words[1..].Select(word => word.Split(':')).Select(pair => (Id: int.Parse(pair[0], null), Kind: pair[1])).ToArray();
            var kinds = new string[fields.Select(field => field.Id).DefaultIfEmpty(0).Max() + 1];
            foreach (var (id, kind) in fields) kinds[id] = kind;
            return kinds;
        },
        StringComparer.Ordinal);

    /// <summary>Walks a footer; the types are those of the compact protocol.</summary>
    private ref struct Reader
    {
        private readonly ReadOnlySpan<byte> _bytes;
        private int _at;
        private string? _fault;

        private Reader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

        private enum Wire
        {
            Stop, True, False, Byte, Short, Whole, Long, Double, Binary, List, Set, Map, Structure, Unique,
        }

        /// <summary>What is wrong with a footer, as the end of a sentence; null for nothing.</summary>
        public static string? Fault(ReadOnlySpan<byte> bytes)
        {
            var reader = new Reader(bytes);
            reader.Structure("File", 0);
            return reader._fault;
        }

        private int Left => _bytes.Length - _at;

        private void Structure(string? name, int nested)
        {
            if (nested > MostNested) Fail($"nests more than {MostNested} deep");
            var kinds = name is null ? [] : Schema[name];
            var id = 0;
            while (_fault is null)
            {
                var header = Next();
                var wire = (Wire)(header & 0xF);
                if (wire == Wire.Stop) return;
                id = header >> 4 is > 0 and var step ? id + step : (int)Number();
                var kind = id >= 0 && id < kinds.Length ? kinds[id] : null;
                if (kind is not null && !Fits(kind, wire)) Fail($"has a field of another type than its format's ({name}, {id})");
                if (wire is not (Wire.True or Wire.False)) Value(wire, kind, nested);
            }
        }

        // A boolean in a list takes a byte.
        private void Value(Wire wire, string? kind, int nested)
        {
            if (_fault is not null) return;
            switch (wire)
            {
                case Wire.True or Wire.False or Wire.Byte: Skip(1); break;
                case Wire.Short or Wire.Whole or Wire.Long: Number(); break;
                case Wire.Double: Skip(sizeof(double)); break;
                case Wire.Binary: Skip(Number()); break;
                case Wire.Unique: Skip(16); break;
                case Wire.Structure: Structure(kind, nested + 1); break;
                case Wire.List or Wire.Set: List(kind?[1..], nested + 1); break;
                case Wire.Map: Map(nested + 1); break;
                default: Fail("has a field of no type"); break;
            }
        }

        private void List(string? kind, int nested)
        {
            var header = Next();
            var (count, wire) = ((ulong)(header >> 4), (Wire)(header & 0xF));
            if (count == 0xF) count = Number();
            if (count > 0 && kind is not null && !Fits(kind, wire)) Fail("has a list of another type than its format's");
            Entries(count, nested, [(wire, kind)]);
        }

        private void Map(int nested)
        {
            var count = Number();
            if (count == 0) return;
            var types = Next();
            Entries(count, nested, [((Wire)(types >> 4), null), ((Wire)(types & 0xF), null)]);
        }

        private void Entries(ulong count, int nested, scoped ReadOnlySpan<(Wire Wire, string? Kind)> parts)
        {
            if (nested > MostNested) Fail($"nests more than {MostNested} deep");
            if (count > (ulong)Left) Fail($"has a list of {count} in {Left} bytes");
            for (var i = 0UL; i < count && _fault is null; i++)
            {
                foreach (var (wire, kind) in parts) Value(wire, kind, nested);
            }
        }

        private static bool Fits(string kind, Wire wire) => kind[0] switch
        {
            'n' => wire is Wire.Short or Wire.Whole or Wire.Long,
            'y' => wire == Wire.Byte,
            'b' => wire is Wire.True or Wire.False,
            'd' => wire == Wire.Double,
            's' => wire == Wire.Binary,
            '[' => wire == Wire.List,
            _ => wire == Wire.Structure,
        };

        private ulong Number()
        {
            var value = 0UL;
            for (var i = 0; i < LongestVarint; i++)
            {
                var part = Next();
                value |= (ulong)(part & 0x7F) << (7 * i);
                if (part < 0x80) return value;
            }

            Fail("has a number without an end");
            return 0;
        }

        private byte Next()
        {
            if (_at < _bytes.Length) return _bytes[_at++];
            Fail("ends early");
            return 0;
        }

        private void Skip(ulong count)
        {
            if (count > (ulong)Left) Fail("ends early");
            else _at += (int)count;
        }

        private void Fail(string fault) => _fault ??= fault;
    }
}
