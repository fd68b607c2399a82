using Xunit;

namespace Thesis.Cmdlets.Tests.Robustness;

/// <summary>A small classifier of generated shapes, trained once for all tests by the real cmdlet.</summary>
public sealed class AttackedModel : IDisposable
{
    public AttackedModel()
    {
        Folder = Directory.CreateTempSubdirectory("thesis-attack-").FullName;
        Path = System.IO.Path.Combine(Folder, "shapes.safetensors");
        Session = new ModuleSession();
        var trained = Session.Run(
            $"Build-Classifier shapes -Architecture small -Epochs 2 -ThreadCount 2 -Destination '{Path}'");
        Assert.Empty(trained.ErrorIds);
        Assert.True((double)trained.Get(0, "TestAccuracy")! > 0.5);
    }

    public string Folder { get; }

    public string Path { get; }

    public ModuleSession Session { get; }

    public void Dispose()
    {
        Session.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
