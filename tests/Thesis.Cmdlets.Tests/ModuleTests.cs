using Xunit;

namespace Thesis.Cmdlets.Tests;

public sealed class ModuleTests
{
    [Fact]
    public void Placeholder() => Assert.True(Environment.Version.Major >= 10);
}
