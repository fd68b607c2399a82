using System.IO.Compression;
using Thesis.Engine.Runtime;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning.TorchScript;

/// <summary>
/// Goes once through the forward method of a traced program, and of the modules inside of it, and hands out each call of an
/// operator; the tensors of the modules are the loaded program's own.
/// </summary>
internal sealed class TracedReader
{
    private const string Constants = "CONSTANTS";
    private const string Library = "torch";
    private const int MostNested = 100;

    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, TracedClass> _classes;
    private readonly Lazy<IReadOnlyList<Tensor>> _constants;
    private readonly Func<string, object?[], Slot> _add;
    private int _depth;

    /// <summary>Prepares a reading.</summary>
    /// <param name="archive">The program.</param>
    /// <param name="path">Its path.</param>
    /// <param name="module">The program as the library loaded it.</param>
    /// <param name="work">Cancellation.</param>
    /// <param name="owned">Takes the tensors that are made.</param>
    /// <param name="add">Takes the calls in order, and names what they compute.</param>
    public TracedReader(
        ZipArchive archive, string path, nn.Module module, WorkContext work, List<Tensor> owned, Func<string, object?[], Slot> add)
    {
        _add = add;
        foreach (var (name, tensor) in module.named_parameters()) _tensors[name] = tensor;
        foreach (var (name, tensor) in module.named_buffers()) _tensors[name] = tensor;
        _classes = TracedSource.Read(archive);
        _constants = new Lazy<IReadOnlyList<Tensor>>(() =>
        {
            Tensor[] read = [.. PickledStateFile.ReadConstants(path, work).Select(constant => TensorBytes.Restore(constant).DetachFromDisposeScope())];
            owned.AddRange(read);
            return read;
        });
    }

    /// <summary>The value that the program returns for its images.</summary>
    /// <exception cref="TracedException">Something is not covered.</exception>
    public object? Run(Slot images) => Forward(new Module("", TracedSource.Root(_classes)), [images]);

    private object? Forward(Module module, object?[] arguments)
    {
        if (!_classes.TryGetValue(module.Class, out var found)) throw new TracedException($"the class {module.Class} is not in the file");
        if (found.Arguments.Count != arguments.Length) throw new TracedException($"{module.Class} takes {found.Arguments.Count} values");
        if (++_depth > MostNested) throw new TracedException("its modules are nested too deep");
        var names = new Dictionary<string, object?>(StringComparer.Ordinal) { ["self"] = module };
        foreach (var (name, value) in found.Arguments.Zip(arguments)) names[name] = value;
        foreach (var line in found.Lines)
        {
            if (line.StartsWith("return ", StringComparison.Ordinal))
            {
                var result = Value(TracedExpression.Parse(line["return ".Length..]), names);
                _depth--;
                return result;
            }

            var equals = line.IndexOf(" = ", StringComparison.Ordinal);
            // A list of names, a branch or a loop has no plain name before it.
            if (equals < 1 || line.AsSpan(0, equals).ContainsAny(" ,([\"")) throw new TracedException($"'{Data.Printable.Text(line)}' is no plain statement");
            names[line[..equals]] = Value(TracedExpression.Parse(line[(equals + 3)..]), names);
        }

        throw new TracedException($"{module.Class} returns nothing");
    }

    private object? Value(TracedExpression expression, Dictionary<string, object?> names) => expression switch
    {
        TracedExpression.Literal literal => literal.Value,
        TracedExpression.Variable variable => names.TryGetValue(variable.Name, out var value)
            ? value
            : throw new TracedException($"the name {variable.Name} is not covered"),
        TracedExpression.Items items => items.Of.Select(item => Value(item, names)).ToArray(),
        TracedExpression.Member { Of: TracedExpression.Variable { Name: Constants } } member => Constant(member.Name),
        TracedExpression.Member member => Attribute(Value(member.Of, names), member.Name),
        TracedExpression.Call call => Called(call, names),
        _ => throw new TracedException("an expression is not covered"),
    };

    private object? Called(TracedExpression.Call call, Dictionary<string, object?> names)
    {
        switch (call.Target)
        {
            case TracedExpression.Variable { Name: "getattr" } when call.Arguments is [var of, TracedExpression.Literal { Value: string name }]:
                return Attribute(Value(of, names), name);
            case TracedExpression.Variable { Name: "annotate" } when call.Arguments is [_, var value]:
                return Value(value, names);
            // A whole number is a number here, and no tensor of one.
            case TracedExpression.Variable { Name: "int" } or TracedExpression.Member { Name: "NumToTensor" } when call.Arguments is [var number]:
                return Value(number, names);
            case TracedExpression.Member { Of: TracedExpression.Variable { Name: Library }, Name: var operation }:
                return _add(operation.TrimEnd('_'), Values(call.Arguments, names));
            case TracedExpression.Member { Of: var of, Name: "forward" } when Value(of, names) is Module module:
                return Forward(module, Values(call.Arguments, names));
            default:
                throw new TracedException("a call is not covered");
        }
    }

    private object?[] Values(IReadOnlyList<TracedExpression> arguments, Dictionary<string, object?> names) =>
        [.. arguments.Select(argument => Value(argument, names))];

    private object Attribute(object? of, string name)
    {
        if (of is not Module module) throw new TracedException($"the attribute {name} is not covered");
        var path = module.Prefix + name;
        if (_classes[module.Class].Modules.TryGetValue(name, out var inner)) return new Module(path + ".", inner);
        return _tensors.TryGetValue(path, out var tensor) ? tensor : throw new TracedException($"the attribute {path} is not covered");
    }

    private Tensor Constant(string name) =>
        name.StartsWith('c') && int.TryParse(name.AsSpan(1), out var at) && at < _constants.Value.Count
            ? _constants.Value[at]
            : throw new TracedException($"the constant {name} is not in the file");

    private sealed record Module(string Prefix, string Class);
}
