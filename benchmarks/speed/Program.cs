using BenchmarkDotNet.Running;
using Thesis.Speed;

if (args is ["linkage-scale", ..]) return LinkageScale.Run(args.AsSpan(1));
if (args is ["fbp-scale", ..]) return FbpScale.Run(args[1..]);
BenchmarkSwitcher.FromAssembly(typeof(LinkageScale).Assembly).Run(args);
return 0;
