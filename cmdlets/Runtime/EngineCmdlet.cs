namespace Thesis.Cmdlets.Runtime;

internal static class Placeholder
{
    public const string Version = "0.1.0";
}
