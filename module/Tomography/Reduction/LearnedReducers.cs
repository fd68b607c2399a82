using System.Runtime.CompilerServices;
using Thesis.Engine.Learning;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Tomography;

/// <summary>The networks of the learned methods that a call asks for, one each.</summary>
public sealed class LearnedReducers : IDisposable
{
    private const string OwnMethod = "DuDoNet";

    private readonly Dictionary<string, LearnedReducer> _reducers = new(StringComparer.OrdinalIgnoreCase);

    private LearnedReducers()
    {
    }

    /// <summary>
    /// Loads them: each file is of one of the methods; DuDoNet without a file is the module's own. Where DuDoNet is asked for and the
    /// single networks of its configurations A to C are not, a file of such a configuration is DuDoNet's.
    /// </summary>
    /// <param name="methods">The methods, learned or not.</param>
    /// <param name="paths">The files.</param>
    /// <param name="mixed">Whether the networks compute their products in bfloat16: faster, and less exact.</param>
    /// <param name="work">Device, threads.</param>
    /// <exception cref="InputException">
    /// <c>ModelRequired</c>: a learned method without a file; <c>ModelMethodMismatch</c>: a file of a method that is not asked for;
    /// <c>ModelTwice</c>: two files of one method; the faults of <see cref="LearnedReducer.Load"/>.
    /// </exception>
    public static LearnedReducers Load(
        IReadOnlyList<string> methods, IReadOnlyList<string> paths, bool mixed, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(methods);
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(work);
        var result = new LearnedReducers();
        try
        {
            foreach (var path in paths) result.Add(path, methods, work);
            foreach (var method in methods.Where(method => IsLearned(method) && !result._reducers.ContainsKey(method)))
            {
                var own = method.Equals(OwnMethod, StringComparison.OrdinalIgnoreCase) ? LearnedReducer.Own(work) : null;
                result._reducers.Add(method, own ?? throw Missing(method));
            }

            if (result._reducers.Count > 0) result.Prepare(mixed, work);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>The network of a method; null for one that has none.</summary>
    public LearnedReducer? Of(string method) => _reducers.GetValueOrDefault(method);

    /// <summary>Whether a method has a network.</summary>
    public static bool IsLearned(string method) =>
        ReducerArchitecture.Methods.Contains(method, StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var reducer in _reducers.Values) reducer.Dispose();
    }

    private void Add(string path, IReadOnlyList<string> methods, WorkContext work)
    {
        var reducer = LearnedReducer.Load(path, work);
        var method = new[] { reducer.Method, reducer.Model.Architecture.Family == ReducerFamily.DualDomain ? OwnMethod : reducer.Method }
            .FirstOrDefault(name => methods.Contains(name, StringComparer.OrdinalIgnoreCase));
        if (method is null)
        {
            reducer.Dispose();
            throw new InputException(
                "ModelMethodMismatch", FaultKind.InvalidArgument,
                $"'{path}' is a model of {reducer.Method}, and the methods asked for are {string.Join(", ", methods)}.", path);
        }

        if (_reducers.TryAdd(method, reducer)) return;
        reducer.Dispose();
        throw new InputException(
            "ModelTwice", FaultKind.InvalidArgument,
            $"'{path}' and '{_reducers[method].Source}' are both models of {method}.", path);
    }

    private static InputException Missing(string method) => new(
        "ModelRequired", FaultKind.InvalidArgument,
        $"{method} needs a model: give -ModelPath a file of Build-ArtifactReducer. Only {OwnMethod} comes with the module.", method);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Prepare(bool mixed, WorkContext work)
    {
        TorchSharp.torch.set_num_threads(work.Threads);
        if (!mixed) return;
        MixedPrecision.WarnWhereSlower(work);
        foreach (var reducer in _reducers.Values) reducer.Model.UseMixedPrecision(mixed);
    }
}
