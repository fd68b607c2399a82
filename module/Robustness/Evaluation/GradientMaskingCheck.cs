namespace Thesis.Engine.Robustness;

/// <summary>One check of whether an evaluation can be trusted.</summary>
/// <param name="Name">The check, such as <c>IterativeBeatsSingleStep</c>.</param>
/// <param name="Passed">Whether it passed.</param>
/// <param name="Evidence">What was found, in words and numbers.</param>
public sealed record GradientMaskingCheck(string Name, bool Passed, string Evidence);
