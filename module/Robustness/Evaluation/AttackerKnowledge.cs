namespace Thesis.Engine.Robustness;

/// <summary>What an attacker knew of the model that is judged.</summary>
public enum AttackerKnowledge
{
    /// <summary>The whole model, with gradients.</summary>
    White,

    /// <summary>The classifier inside the model, and not the defence around it.</summary>
    Grey,

    /// <summary>The model's answers, or another model only.</summary>
    Black,

    /// <summary>Saved examples, of which no one says on what they were made.</summary>
    Unknown,
}
