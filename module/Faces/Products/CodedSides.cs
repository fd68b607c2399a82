using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>The codes of both sides of a product L R^T, by one rotation.</summary>
/// <param name="Left">Those of L.</param>
/// <param name="Right">Those of R; the same where L is R.</param>
internal sealed record CodedSides(CodedRows Left, CodedRows Right)
{
    /// <summary>Codes of both sides; null where they do not pay, or as <see cref="CodedRows.TryOf"/> has it.</summary>
    public static CodedSides? IfTheyPay(FeatureMatrix left, FeatureMatrix right, WorkContext context)
    {
        if (CodedRows.IfTheyPay(left, context) is not { } codes) return null;
        if (ReferenceEquals(left, right)) return new CodedSides(codes, codes);
        return CodedRows.IfTheyPay(right, context) is { } others ? new CodedSides(codes, others) : null;
    }
}
