using SkiaSharp;

namespace Thesis.Engine.Data;

/// <summary>A chart's layout: the title above, panels in a grid, and to their right the legend, where it covers
/// nothing.</summary>
internal sealed class ChartDrawing
{
    private const int MostAcross = 3;
    private const int WideWidth = 760;
    private const int WideHeight = 600;
    private const int PanelWidth = 480;
    private const int PanelHeight = 400;
    private const int Margin = 10;
    private const int Swatch = 26;
    private const float TitleSize = 18;
    private const float TextSize = 14;
    private const int LineHeight = 24;
    private const int WidestLegend = 320;

    private readonly Chart _chart;
    private readonly List<(string Text, string Name)> _legend = [];
    private readonly string[] _title;
    private readonly Dictionary<string, int> _colours = new(StringComparer.Ordinal);
    private readonly int _across;
    private readonly int _panelWidth;
    private readonly int _panelHeight;

    public ChartDrawing(Chart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        ArgumentOutOfRangeException.ThrowIfZero(chart.Panels.Count);
        _chart = chart;
        (_panelWidth, _panelHeight) = chart.Panels.Count == 1 ? (WideWidth, WideHeight) : (PanelWidth, PanelHeight);
        _across = chart.Panels.Count == 4 ? 2 : Math.Min(MostAcross, chart.Panels.Count);
        foreach (var name in chart.Panels.SelectMany(ColouredNames)) _colours.TryAdd(name, _colours.Count);
        var marks = chart.Panels.SelectMany(panel => panel.Marks).Where(mark => !mark.IsLevel).Select(mark => mark.Name);
        using var font = Font(TextSize);
        foreach (var name in _colours.Keys.Concat(marks.Distinct()).Where(name => name.Length > 0))
        {
            foreach (var (line, i) in Wrapped(name, WidestLegend, font).Select((line, i) => (line, i)))
            {
                _legend.Add((line, i == 0 ? name : ""));
            }
        }

        LegendWidth = _legend.Count == 0
            ? 0
            : Swatch + (3 * Margin) + (int)Math.Ceiling(_legend.Max(entry => font.MeasureText(entry.Text)));
        using var titleFont = Font(TitleSize);
        _title = chart.Title.Length == 0 ? [] : [.. Wrapped(chart.Title, Width - (2 * Margin), titleFont)];
    }

    public int Width => (_across * _panelWidth) + LegendWidth;

    public int Height => Math.Max(Top + (Down * _panelHeight), Top + (LineHeight * _legend.Count) + Margin);

    private int Down => (_chart.Panels.Count + _across - 1) / _across;

    private int Top => Margin + (_title.Length * LineHeight);

    private int LegendWidth { get; }

    public void Draw(SKCanvas canvas)
    {
        canvas.Clear(SKColors.White);
        for (var i = 0; i < _chart.Panels.Count; i++)
        {
            var place = SKRect.Create(i % _across * _panelWidth, Top + (i / _across * _panelHeight), _panelWidth,
                _panelHeight);

            // A panel clears all that it may.
            using var kept = new SKAutoCanvasRestore(canvas);
            canvas.ClipRect(place);
            PanelDrawing.Draw(canvas, _chart.Panels[i], name => ChartPalette.Colour(_colours[name], _colours.Count), place);
        }

        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        using var font = Font(TitleSize);
        for (var i = 0; i < _title.Length; i++)
        {
            canvas.DrawText(_title[i], _across * _panelWidth / 2f, Margin + ((i + 0.8f) * LineHeight), SKTextAlign.Center,
                font, ink);
        }

        DrawLegend(canvas, ink);
    }

    private void DrawLegend(SKCanvas canvas, SKPaint ink)
    {
        using var font = Font(TextSize);
        float left = (_across * _panelWidth) + Margin;
        for (var i = 0; i < _legend.Count; i++)
        {
            var (text, name) = _legend[i];
            var middle = Top + (LineHeight * (i + 0.9f));
            canvas.DrawText(text, left + Swatch + Margin, middle + (TextSize / 3), SKTextAlign.Left, font, ink);
            if (name.Length == 0) continue;
            var isSeries = _colours.TryGetValue(name, out var place);
            var colour = isSeries ? ChartPalette.Colour(place, _colours.Count) : ChartPalette.Mark;
            using var paint = new SKPaint { Color = new SKColor(colour.R, colour.G, colour.B), StrokeWidth = 4 };
            if (!isSeries || IsLevel(name)) paint.PathEffect = SKPathEffect.CreateDash([6, 4], 0);
            canvas.DrawLine(left, middle, left + Swatch, middle, paint);
        }
    }

    private bool IsLevel(string name) =>
        _chart.Panels.Any(panel => panel.Marks.Any(mark => mark.IsLevel && mark.Name == name));

    private static IEnumerable<string> ColouredNames(ChartPanel panel) =>
        panel.Series.Select(series => series.Name).Concat(panel.Marks.Where(mark => mark.IsLevel).Select(mark => mark.Name));

    private static SKFont Font(float size) => new(SKTypeface.Default, size);

    // Lines of at most a width; a word that is wider is cut.
    private static IEnumerable<string> Wrapped(string text, float width, SKFont font)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (font.MeasureText(longer) > width && line.Length > 0)
            {
                yield return line;
                longer = word;
            }

            line = longer;
            while (font.MeasureText(line) > width)
            {
                var fits = Math.Max(1, (int)font.BreakText(line, width));
                if (fits >= line.Length) break;
                yield return line[..fits];
                line = line[fits..];
            }
        }

        yield return line;
    }
}
