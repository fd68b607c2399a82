using Thesis.Engine.Data;
using Thesis.Engine.Runtime;

namespace Thesis.Engine.Robustness;

/// <summary>Which model a file holds, by content: a copy is no other model.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Sha256">The SHA-256 of the file, then of the files of the models inside of it.</param>
public sealed record ModelIdentity(string File, IReadOnlyList<string> Sha256)
{
    /// <summary>The identity of a loaded model.</summary>
    public static ModelIdentity Of(string path, ImageClassifier classifier, WorkContext work)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        return new ModelIdentity(
            Path.GetFileName(path), [.. classifier.Parts.Prepend(path).Select(file => InputFile.Sha256(file, work))]);
    }

    /// <summary>What an attacker knew of this model whose gradients were those of another.</summary>
    public AttackerKnowledge KnownBy(ModelIdentity crafting)
    {
        ArgumentNullException.ThrowIfNull(crafting);
        if (crafting.Sha256.Contains(Sha256[0])) return AttackerKnowledge.White;
        return crafting.Sha256.Intersect(Sha256).Any() ? AttackerKnowledge.Grey : AttackerKnowledge.Black;
    }
}
