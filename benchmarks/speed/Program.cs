using BenchmarkDotNet.Running;
using Thesis.Speed;

switch (args)
{
    case ["linkage-scale", ..]: return LinkageScale.Run(args.AsSpan(1));
    case ["similarity-scale", ..]: return SimilarityScale.Run(args.AsSpan(1));
    case ["fbp-scale", ..]: return FbpScale.Run(args[1..]);
    case ["variation-scale", ..]: return VariationScale.Run(args[1..]);
    case ["catalogue-scale", ..]: return CatalogueScale.Run(args.AsSpan(1));
    case ["attack-scale", ..]: return AttackScale.Run(args.AsSpan(1));
    case ["convolution-scale", ..]: return ConvolutionScale.Run(args[1..]);
    case ["dudonet-scale", ..]: return DuDoNetScale.Run(args[1..]);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(ScaleRun).Assembly).Run(args);
        return 0;
}
