namespace Thesis.Help;

/// <summary>What Get-Help shows of one cmdlet. Texts are paragraphs.</summary>
internal sealed record CommandHelp(
    string Verb,
    string Noun,
    string Synopsis,
    IReadOnlyList<string> Description,
    IReadOnlyList<SyntaxHelp> Syntax,
    IReadOnlyList<ParameterHelp> Parameters,
    IReadOnlyList<TypeHelp> Inputs,
    IReadOnlyList<TypeHelp> Outputs,
    IReadOnlyList<string> Notes,
    IReadOnlyList<ExampleHelp> Examples,
    IReadOnlyList<LinkHelp> Links)
{
    /// <summary>Verb-Noun.</summary>
    public string Name => $"{Verb}-{Noun}";
}

/// <summary>One parameter set: its parameters in the order of a syntax line.</summary>
internal sealed record SyntaxHelp(IReadOnlyList<ParameterHelp> Parameters);

/// <summary>A parameter, as it is in one set.</summary>
internal sealed record ParameterHelp(string Name, Type Type, IReadOnlyList<string> Description)
{
    /// <summary>The names that stand for it besides its own.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>Must it be given?</summary>
    public required bool Required { get; init; }

    /// <summary>The place among the arguments without a name, from 0; null when it must be named.</summary>
    public required int? Position { get; init; }

    /// <summary>Takes each object of the pipeline.</summary>
    public required bool FromPipeline { get; init; }

    /// <summary>Takes the property of its name of each object of the pipeline.</summary>
    public required bool FromPropertyName { get; init; }

    /// <summary>Expands wildcards.</summary>
    public required bool Wildcards { get; init; }

    /// <summary>The value when it is not given; null when it has none.</summary>
    public required string? Default { get; init; }

    /// <summary>The only values that it takes; empty when there are no such.</summary>
    public required IReadOnlyList<string> ValidValues { get; init; }
}

/// <summary>A type of the pipeline's input or output.</summary>
internal sealed record TypeHelp(string Name, IReadOnlyList<string> Description);

/// <summary>An example: commands and what they do.</summary>
internal sealed record ExampleHelp(string Title, string Code, IReadOnlyList<string> Remarks);

/// <summary>A related page or cmdlet; the address is empty for a cmdlet.</summary>
internal sealed record LinkHelp(string Text, string Address);
