namespace Thesis.Engine.Runtime;

/// <summary>
/// Turns off NNPACK, libtorch's second library of convolutions. Where the processor does not suit it, libtorch says so on
/// the terminal, a line for each convolution, past PowerShell's streams; where it does, it takes some batch sizes and not
/// others, and an image's logits would depend on how many images are classified at once. A library without the switch, as on
/// Windows, has no NNPACK either.
/// </summary>
internal static class NnpackSwitch
{
    private const string EnableName = "_ZN2at7Context20setUserEnabledNNPACKEb";
    private const string EnabledName = "_ZNK2at7Context17userEnabledNNPACKEv";

    /// <summary>Turns it off, for the process.</summary>
    /// <param name="libraries">The opened files of libtorch.</param>
    public static void TurnOff(IEnumerable<string> libraries) => TorchContext.TrySet(libraries, EnableName, value: false);

    /// <summary>Whether libtorch may use it; null where the library has no such switch.</summary>
    internal static bool? IsOn(IEnumerable<string> libraries) => TorchContext.Get(libraries, EnabledName);
}
