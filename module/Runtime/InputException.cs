namespace Thesis.Engine.Runtime;

/// <summary>What kind of fault an <see cref="InputException"/> reports; the cmdlets map it to an error category.</summary>
public enum FaultKind
{
    /// <summary>A value, a file's content or a shape is wrong.</summary>
    InvalidData,

    /// <summary>An option is out of its range or contradicts another.</summary>
    InvalidArgument,

    /// <summary>A file, a dataset or a device does not exist.</summary>
    NotFound,

    /// <summary>The target exists and may not be overwritten.</summary>
    AlreadyExists,

    /// <summary>Memory, disk or a native library is missing.</summary>
    ResourceUnavailable,

    /// <summary>A format or a feature that is known and not supported.</summary>
    NotSupported,
}

/// <summary>
/// The one exception for faults of the input: a stable id, a kind, a message that says where and why, and the object
/// that is at fault (a path, an index). Everything else that escapes the engine is a defect of the engine.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>Creates the fault.</summary>
    /// <param name="errorId">Stable PascalCase id without a namespace, such as <c>FeatureNotFinite</c>.</param>
    /// <param name="kind">The kind of fault.</param>
    /// <param name="message">A whole sentence with the path, the index or the line, and the reason.</param>
    /// <param name="target">The path, index or value at fault.</param>
    /// <param name="inner">The cause, where there is one.</param>
    public InputException(
        string errorId, FaultKind kind, string message, object? target = null, Exception? inner = null)
        : base(message, inner)
    {
        ErrorId = errorId;
        Kind = kind;
        Target = target;
    }

    /// <summary>The stable id.</summary>
    public string ErrorId { get; }

    /// <summary>The kind of fault.</summary>
    public FaultKind Kind { get; }

    /// <summary>The path, index or value at fault.</summary>
    public object? Target { get; }
}
