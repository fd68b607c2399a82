using System.Management.Automation;
using Xunit;

namespace Thesis.Cmdlets.Tests.Faces;

public sealed class FaceCompletionTests(ModuleSession session) : IClassFixture<ModuleSession>
{
    [Theory]
    [InlineData("New-SyntheticFace -Protocol ", new[] { "smoke", "lfw", "cfp", "ijba", "ijbb-32", "ijbb-64", "ijbb-128", "ijbb-256", "ijbb-512", "ijbb-1024", "ijbb-1845", "million" })]
    [InlineData("New-SyntheticFace -Protocol IJBB-1", new[] { "ijbb-128", "ijbb-1024", "ijbb-1845" })]
    [InlineData("New-SyntheticFace sm", new[] { "smoke" })]
    [InlineData("Invoke-FaceClustering -Device ", new[] { "auto", "cpu", "cuda", "cuda:0" })]
    [InlineData("Measure-FacePair -Device cu", new[] { "cuda", "cuda:0" })]
    [InlineData("Invoke-FaceClustering -Method DD", new[] { "DDC", "DDC-NEG" })]
    [InlineData("Invoke-FaceClustering -Transform a", new[] { "Arctan" })]
    public void Values_are_completed(string input, string[] expected) => Assert.Equal(expected, Complete(input));

    [Theory]
    [InlineData("Invoke-FaceCl", "Invoke-FaceClustering")]
    [InlineData("Measure-FaceP", "Measure-FacePair")]
    [InlineData("Measure-FaceClustering -Dend", "-DendrogramPath")]
    public void Names_are_completed(string input, string expected) => Assert.Equal([expected], Complete(input));

    private IEnumerable<string> Complete(string input)
    {
        using var shell = session.Shell();
        return CommandCompletion.CompleteInput(input, input.Length, null, shell)
            .CompletionMatches.Select(match => match.CompletionText);
    }
}
