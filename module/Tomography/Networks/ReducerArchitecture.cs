using System.Globalization;
using Thesis.Engine.Data;
using Thesis.Engine.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Thesis.Engine.Tomography;

/// <summary>The families of networks.</summary>
public enum ReducerFamily
{
    /// <summary>The dual-domain model and its parts, configurations A to G.</summary>
    DualDomain,

    /// <summary>CNNMAR's five layers.</summary>
    Prior,

    /// <summary>pix2pix on images.</summary>
    Conditional,

    /// <summary>A residual dense network on images.</summary>
    ResidualDense,
}

/// <summary>A network of chapter 4 and its sizes: what a model's file says of it.</summary>
public sealed record ReducerArchitecture
{
    private const int MostWidth = 512;
    private const int MostLayers = 32;

    /// <summary>The methods with a network, as they are written.</summary>
    public static IReadOnlyList<string> Methods { get; } = ["CNNMAR", "cGAN-CT", "RDN-CT", "DuDoNet", "SE-Net", "SE-Net0", "IE-Net"];

    private ReducerArchitecture(ReducerFamily family) => Family = family;

    /// <summary>The family.</summary>
    public ReducerFamily Family { get; }

    /// <summary>The configuration of the dual-domain model, A to G; null for the others.</summary>
    public DualDomainConfiguration? Configuration { get; private init; }

    /// <summary>Channels: of the first level, between CNNMAR's layers, or G of the residual dense network.</summary>
    public int Width
    {
        get;
        private init => field = OptionRange.Within(value, 1, MostWidth);
    }

    /// <summary>D, the blocks of the residual dense network; 0 for the others.</summary>
    public int Blocks
    {
        get;
        private init => field = OptionRange.Within(value, 0, MostLayers);
    }

    /// <summary>C, the layers of a block, or how often pix2pix halves the image; 0 for the others.</summary>
    public int Layers
    {
        get;
        private init => field = OptionRange.Within(value, 0, MostLayers);
    }

    /// <summary>The method that it is used by.</summary>
    public string Method => Family switch
    {
        ReducerFamily.Prior => "CNNMAR",
        ReducerFamily.Conditional => "cGAN-CT",
        ReducerFamily.ResidualDense => "RDN-CT",
        _ => Configuration!.Name switch
        {
            "A" => "SE-Net0",
            "B" => "SE-Net",
            "C" => "IE-Net",
            _ => "DuDoNet",
        },
    };

    /// <summary>Whether it sees images corrected for beam hardening.</summary>
    internal bool NeedsCorrected => Family == ReducerFamily.Prior;

    /// <summary>The architecture of a method.</summary>
    /// <param name="method">One of <see cref="Methods"/>, in any case.</param>
    /// <param name="configuration">For DuDoNet: A to G; G unless given.</param>
    /// <param name="width">Channels; the method's own unless given: 64, and 32 for CNNMAR.</param>
    /// <param name="blocks">D of RDN-CT; 10 unless given.</param>
    /// <param name="layers">C of RDN-CT, 8 unless given, or the halvings of cGAN-CT, 6 unless given.</param>
    /// <exception cref="InputException"><c>ReductionUnknown</c>, <c>ConfigurationUnknown</c>, <c>OptionOutOfRange</c>.</exception>
    public static ReducerArchitecture Of(
        string method, string? configuration = null, int? width = null, int? blocks = null, int? layers = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        var known = Methods.FirstOrDefault(name => name.Equals(method, StringComparison.OrdinalIgnoreCase));
        return known switch
        {
            "CNNMAR" => new ReducerArchitecture(ReducerFamily.Prior) { Width = width ?? 32 },
            "cGAN-CT" => new ReducerArchitecture(ReducerFamily.Conditional) { Width = width ?? 64, Layers = Positive(layers ?? 6) },
            "RDN-CT" => new ReducerArchitecture(ReducerFamily.ResidualDense)
            {
                Width = width ?? 64, Blocks = Positive(blocks ?? 10), Layers = Positive(layers ?? 8),
            },
            "SE-Net0" => DualDomain("A"),
            "SE-Net" => DualDomain("B"),
            "IE-Net" => DualDomain("C"),
            "DuDoNet" => DualDomain(configuration ?? "G"),
            _ => throw new InputException(
                "ReductionUnknown", FaultKind.InvalidArgument,
                $"'{Printable.Text(method)}' is none of the methods {string.Join(", ", Methods)}.", method),
        };

        ReducerArchitecture DualDomain(string name) =>
            new(ReducerFamily.DualDomain) { Configuration = DualDomainConfiguration.Find(name), Width = width ?? 64 };

        static int Positive(int value) => value > 0 ? value : throw OptionRange.OutOfRange($"{value} layers make no network.", value);
    }

    /// <summary>The network, without first values; call after <see cref="TorchBackend.EnsureLoaded"/>.</summary>
    internal RestorationNetwork Create(ScanGeometry geometry, Device device) => Family switch
    {
        ReducerFamily.Prior => new PriorNetwork(Width, device),
        ReducerFamily.Conditional => new ConditionalGenerator(Width, Layers, device),
        ReducerFamily.ResidualDense => new ResidualDenseNetwork(Blocks, Layers, Width, device),
        _ => new DualDomainNetwork(Configuration!, Width, geometry, device),
    };

    /// <summary>The network without memory for its values, for its names and shapes alone.</summary>
    internal RestorationNetwork Outline(ScanGeometry geometry) => Create(geometry, new Device(DeviceType.META));

    /// <summary>In one line, for the record of a run.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Method}{(Configuration is null ? "" : " " + Configuration.Name)} width {Width}"
        + $"{(Blocks > 0 ? $" blocks {Blocks}" : "")}{(Layers > 0 ? $" layers {Layers}" : "")}");
}
