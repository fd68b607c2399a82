using NetArchTest.Rules;
using Thesis.Engine.Runtime;
using Xunit;

namespace Thesis.Engine.Tests;

/// <summary>The house's rules: no room knows one above it, the sciences do not know each other, and none knows PowerShell.</summary>
public sealed class ArchitectureTests
{
    private const string Engine = "Thesis.Engine.";

    // From the ground up; a room may use those before it, the sciences among themselves excepted.
    private static readonly string[][] Storeys =
    [
        ["Runtime"],
        ["Data"],
        ["Learning"],
        ["Faces", "Tomography", "Robustness"],
        ["Benchmarks"],
    ];

    public static TheoryData<string, string> Forbidden
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            for (var storey = 0; storey < Storeys.Length; storey++)
            {
                foreach (var room in Storeys[storey])
                {
                    foreach (var other in Storeys[storey..].SelectMany(rooms => rooms).Where(other => other != room))
                    {
                        pairs.Add(room, other);
                    }
                }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void A_room_knows_no_room_beside_or_above_it(string room, string other)
    {
        var types = Types.InAssembly(typeof(WorkContext).Assembly).That().ResideInNamespace(Engine + room);
        Assert.NotEmpty(types.GetTypes());
        Assert.Empty(types.ShouldNot().HaveDependencyOn(Engine + other).GetResult().FailingTypeNames ?? []);
    }

    [Fact]
    public void The_engine_knows_nothing_of_PowerShell()
    {
        var types = Types.InAssembly(typeof(WorkContext).Assembly);
        Assert.Empty(types.ShouldNot().HaveDependencyOn("System.Management.Automation").GetResult().FailingTypeNames ?? []);
    }

    // A rule that finds nothing must be able to find something.
    [Fact]
    public void A_dependency_is_found()
    {
        var types = Types.InAssembly(typeof(WorkContext).Assembly).That().ResideInNamespace(Engine + "Faces");
        Assert.NotEmpty(types.ShouldNot().HaveDependencyOn(Engine + "Runtime").GetResult().FailingTypeNames);
    }
}
