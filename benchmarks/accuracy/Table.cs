namespace Thesis.Accuracy;

/// <summary>Lines of CSV on standard output, whatever the culture; remarks begin with #.</summary>
internal static class Table
{
    public static void Header(string columns) => Console.WriteLine(columns);

    public static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
