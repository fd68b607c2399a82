using System.IO.Compression;
using Thesis.Engine.Runtime;
using static Thesis.Engine.Runtime.HeldScalar;
using static TorchSharp.torch;

namespace Thesis.Engine.Learning.TorchScript;

/// <summary>
/// A traced TorchScript program as a list of calls, with the normalisation behind a convolution folded into its weights:
/// w' = w g / sqrt(v + eps), b' = (b - m) g / sqrt(v + eps) + beta. It computes what the program computes, without the
/// library's interpreter and without the passes of the normalisations, which take a fifth of an attack's time each way.
/// </summary>
internal sealed class TracedNetwork : IDisposable
{
    private const string Normalisation = "batch_norm";
    private static readonly string[] Convolutions = ["_convolution", "conv2d"];

    private readonly List<Step> _steps = [];
    private readonly List<Tensor> _owned = [];
    private readonly Slot _output;
    private int _slots = 1;

    private TracedNetwork(string path, nn.Module module, WorkContext work)
    {
        using var archive = ZipFile.OpenRead(path);
        var reader = new TracedReader(archive, path, module, work, _owned, Add);
        _output = reader.Run(new Slot(0)) as Slot ?? throw new TracedException("it returns no tensor of its images");
        Fold();
        Release();
    }

    /// <summary>
    /// The network of a program, or the reason why there is none. It uses the program's own parameters, which must outlive it.
    /// </summary>
    public static TracedNetwork? TryBuild(string path, nn.Module module, WorkContext work, out string? reason)
    {
        try
        {
            reason = null;
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            return new TracedNetwork(path, module, work);
        }
        catch (Exception fault) when (fault is TracedException or InputException or InvalidDataException or IOException)
        {
            reason = fault.Message;
            return null;
        }
    }

    /// <summary>How many calls a pass makes.</summary>
    public int StepCount => _steps.Count;

    /// <summary>The output; it belongs to the caller's scope.</summary>
    /// <exception cref="TracedException">A call means something that is not covered.</exception>
    public Tensor Forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        var values = new object?[_slots];
        values[0] = images;
        foreach (var step in _steps)
        {
            values[step.Target.Number] = step.Run(new TracedCall(step.Name, Array.ConvertAll(step.Arguments, argument => Resolve(argument, values))));
            foreach (var slot in step.Releases)
            {
                (values[slot] as Tensor)?.Dispose();
                values[slot] = null;
            }
        }

        return values[_output.Number] is Tensor output
            ? (_output.Number == 0 ? output.alias() : output).MoveToOuterDisposeScope()
            : throw new TracedException("it returns no tensor");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _owned) tensor.Dispose();
    }

    private Slot Add(string name, object?[] arguments)
    {
        if (!TracedOperators.All.TryGetValue(name, out var run)) throw new TracedException($"torch.{name} is not covered");
        var target = new Slot(_slots++);
        _steps.Add(new Step(name, run, arguments, target, []));
        return target;
    }

    private static object? Resolve(object? argument, object?[] values) => argument switch
    {
        Slot slot => values[slot.Number],
        object?[] items => Array.ConvertAll(items, item => Resolve(item, values)),
        _ => argument,
    };

    // A normalisation whose input is a convolution that nothing else looks at.
    private void Fold()
    {
        for (var i = 0; i < _steps.Count; i++)
        {
            var step = _steps[i];
            if (step is not { Name: Normalisation, Arguments: [Slot input, ..] }) continue;
            var before = _steps.FindIndex(other => other.Target == input && Convolutions.Contains(other.Name));
            if (before < 0 || Uses(input.Number).Count() != 1 || input == _output) continue;
            if (Folded(_steps[before], new TracedCall(Normalisation, step.Arguments)) is not { } folded) continue;
            _steps[before] = folded with { Target = step.Target };
            _steps.RemoveAt(i--);
        }
    }

    private Step? Folded(Step convolution, TracedCall norm)
    {
        if (norm.Flag(5, true) || norm.At(3) is not Tensor mean || norm.At(4) is not Tensor variance) return null;
        if (convolution.Arguments is not [_, Tensor weight, var bias, ..] || bias is Slot) return null;
        using var scope = NewDisposeScope();
        var type = weight.dtype;
        var scale = variance.to(ScalarType.Float64).Plus(Held(norm.Number(7, 1e-5))).rsqrt();
        if (norm.Optional(1) is { } gain) scale = scale * gain.to(ScalarType.Float64);
        var shift = bias is Tensor given ? given.to(ScalarType.Float64) - mean.to(ScalarType.Float64) : mean.to(ScalarType.Float64).neg();
        shift = shift * scale;
        if (norm.Optional(2) is { } offset) shift = shift.Plus(offset.to(ScalarType.Float64));
        object?[] arguments = [.. convolution.Arguments];
        using var scaled = (weight.to(ScalarType.Float64) * scale.view(-1, 1, 1, 1)).to(type);
        arguments[1] = Own(ChannelsLast.Of(scaled));
        arguments[2] = Own(shift.to(type));
        return convolution with { Arguments = arguments };
    }

    private Tensor Own(Tensor tensor)
    {
        _owned.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }

    private IEnumerable<int> Uses(int slot) => _steps.SelectMany((step, i) => SlotsOf(step.Arguments).Where(used => used == slot).Select(_ => i));

    // After a value's last use; the input and the output stay.
    private void Release()
    {
        for (var i = 0; i < _steps.Count; i++)
        {
            var at = i;
            int[] done = [.. SlotsOf(_steps[i].Arguments).Append(_steps[i].Target.Number).Distinct()
                .Where(slot => slot > 0 && slot != _output.Number && !Uses(slot).Any(use => use > at))];
            _steps[i] = _steps[i] with { Releases = done };
        }
    }

    private static IEnumerable<int> SlotsOf(object?[] arguments) => arguments.SelectMany(argument => argument switch
    {
        Slot slot => [slot.Number],
        object?[] items => SlotsOf(items),
        _ => Enumerable.Empty<int>(),
    });

    private sealed record Step(
        string Name, Func<TracedCall, object> Run, object?[] Arguments, Slot Target, int[] Releases);
}

/// <summary>A value that a pass computes, by its number; 0 are the images.</summary>
internal sealed record Slot(int Number);
