using Thesis.Engine.Runtime;

namespace Thesis.Engine.Faces;

/// <summary>One thread's part of a symmetric product.</summary>
internal interface IPairBlock
{
    /// <summary>
    /// The pairs of a block of rows with one another and with all rows after them; looks at the cancellation about every
    /// 10 ms.
    /// </summary>
    void Multiply(int first, WorkContext context);
}
