using ScottPlot;
using ScottPlot.Palettes;

namespace Thesis.Engine.Data;

/// <summary>The colours of a chart's series, by their place.</summary>
internal static class ChartPalette
{
    private static readonly IPalette Few = new Category10();
    private static readonly IPalette Many = new Category20();

    /// <summary>The colour of marks that belong to no series.</summary>
    public static Color Mark => Colors.Gray;

    /// <summary>The colour of the series at a place among so many.</summary>
    public static Color Colour(int place, int count) => (count <= Few.Colors.Length ? Few : Many).GetColor(place);
}
