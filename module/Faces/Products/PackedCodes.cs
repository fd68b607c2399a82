using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Thesis.Engine.Faces;

/// <summary>Some panels of codes without their offset, and the sums that undo the offset of the other side.</summary>
internal sealed unsafe class PackedCodes : IDisposable
{
    private const int Alignment = 64;

    private readonly CodedRows _codes;
    private readonly sbyte* _values;
    private readonly short* _starts;

    /// <summary>Takes the memory for some panels.</summary>
    public PackedCodes(CodedRows codes, int panels)
    {
        _codes = codes;
        _values = (sbyte*)NativeMemory.AlignedAlloc((nuint)((long)panels * codes.PanelBytes), Alignment);
        _starts = (short*)NativeMemory.AlignedAlloc(
            (nuint)((long)panels * codes.Sections * ByteTile.Starts * sizeof(short)), Alignment);
    }

    /// <summary>Packs panels, replacing what was packed.</summary>
    public void Pack(int first, int panels)
    {
        for (var panel = 0; panel < panels; panel++)
        {
            Pack(
                first + panel, _values + ((nint)panel * _codes.PanelBytes),
                _starts + ((nint)panel * _codes.Sections * ByteTile.Starts));
        }
    }

    /// <summary>The products of codes of 8 rows of a panel with a packed panel, a line of 32 for each row.</summary>
    /// <param name="rows">The codes of the 8 rows, of the same length as the packed ones.</param>
    /// <param name="panel">Their panel.</param>
    /// <param name="row">The first of them in the panel.</param>
    /// <param name="packed">The packed panel's number.</param>
    /// <param name="sums">Eight lines.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply(CodedRows rows, int panel, int row, int packed, int* sums)
    {
        var values = _values + ((nint)packed * _codes.PanelBytes);
        var start = _starts + ((nint)packed * _codes.Sections * ByteTile.Starts);
        fixed (byte* codes = rows.Bytes)
        {
            var left = codes + ((nint)panel * _codes.PanelBytes) + (row * 4);
            for (var section = 0; section < _codes.Sections; section++)
            {
                var from = _codes.Section(section);
                ByteTile.Multiply(
                    _codes.Path, left + (from * ByteTile.GroupBytes), values + (from * ByteTile.GroupBytes),
                    _codes.Section(section + 1) - from, start + (section * ByteTile.Starts), sums, fresh: section == 0);
            }
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_values);
        NativeMemory.AlignedFree(_starts);
    }

    private void Pack(int panel, sbyte* values, short* start)
    {
        const int width = 32;
        var offset = Vector256.Create((sbyte)CodedRows.Offset);
        var factor = Vector256.Create((byte)CodedRows.Offset);
        fixed (byte* all = _codes.Bytes)
        {
            var source = all + ((nint)panel * _codes.PanelBytes);
            for (var section = 0; section < _codes.Sections; section++)
            {
                for (var part = 0; part < ByteTile.GroupBytes; part += width)
                {
                    var sum = Vector256<short>.Zero;
                    for (var group = _codes.Section(section); group < _codes.Section(section + 1); group++)
                    {
                        var at = (group * ByteTile.GroupBytes) + part;
                        var codes = Vector256.Load(source + at).AsSByte() - offset;
                        codes.Store(values + at);
                        sum -= Avx2.MultiplyAddAdjacent(factor, codes);
                    }

                    sum.Store(start + (section * ByteTile.Starts) + (part / 2));
                }
            }
        }
    }
}
