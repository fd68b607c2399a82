using System.Management.Automation;
using System.Text;
using Thesis.Cmdlets.Runtime;
using Thesis.Engine.Data;
using Thesis.Engine.Faces;
using Thesis.Engine.Runtime;

namespace Thesis.Cmdlets.Faces;

/// <summary>
/// Generates face features with known identities, in the shapes of the real protocols, and writes features.npy and
/// identities.txt.
/// </summary>
/// <remarks>
/// <para>The features are drawn, not measured: identity centres, spreads that differ from person to person, runs of
/// near-duplicates as in video, directions that all identities share, and a share of junk. A method that does well on
/// them need not do well on real faces. The same protocol and seed give the same bytes on every machine.</para>
/// </remarks>
/// <example>
/// <code>New-SyntheticFace -Protocol smoke -Destination faces</code>
/// <para>Writes about 600 small features for a first try.</para>
/// </example>
/// <example>
/// <code>New-SyntheticFace -Protocol ijbb-1845 -Seed 7 -Destination ijbb | Invoke-FaceClustering -Method AHC -Summary</code>
/// <para>Clusters 68,195 features in the shape of the largest IJB-B protocol.</para>
/// </example>
/// <seealso cref="InvokeFaceClusteringCommand"/>
/// <seealso cref="MeasureFacePairCommand"/>
[Cmdlet(VerbsCommon.New, "SyntheticFace", SupportsShouldProcess = true)]
[OutputType(typeof(SyntheticFaceSet))]
public sealed class NewSyntheticFaceCommand : EngineCmdlet
{
    private readonly WrittenTargets _written = new();

    /// <summary>The protocol: smoke, lfw, cfp, ijba, ijbb-32 to ijbb-1845, or million (1 GB on disk).</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(ProtocolCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Protocol { get; set; } = [];

    /// <summary>The folder to write into; it is made when it is missing.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The seed of every draw.</summary>
    [Parameter]
    public long Seed { get; set; } = 1;

    /// <summary>Replaces existing files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Generates.</summary>
    protected override void ProcessRecord()
    {
        foreach (var name in Protocol) Guard(() => Generate(name));
    }

    private void Generate(string name)
    {
        var protocol = SyntheticProtocol.Find(name);
        var folder = ResolveTarget(Destination);
        _written.RequireFree([folder], protocol.Name);
        var features = Path.Combine(folder, "features.npy");
        var identities = Path.Combine(folder, "identities.txt");
        if (!ShouldProcess(folder, $"Write {protocol.Faces} synthetic faces")) return;
        if (!Force && File.Exists(features)) throw AtomicFile.Exists(features);
        if (!Force && File.Exists(identities)) throw AtomicFile.Exists(identities);

        var faces = Compute(context => SyntheticFaces.Generate(protocol, Seed, context));
        AtomicFile.Write(identities, stream => stream.Write(Lines(faces.Identities)), Force);
        AtomicFile.Write(features, stream => NpyFile.Write<float>(stream, faces.Features.Values, faces.Features.Count, faces.Features.Dimension), Force);
        _written.Add([folder], protocol.Name);
        WriteObject(new SyntheticFaceSet
        {
            Protocol = protocol.Name,
            Seed = Seed,
            Count = faces.Features.Count,
            Identities = protocol.Identities,
            Dimension = faces.Features.Dimension,
            FeaturePath = features,
            IdentityPath = identities,
        });
    }

    private static byte[] Lines(IEnumerable<string> lines) =>
        Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));
}
