namespace Thesis.Engine.Robustness;

/// <summary>What an attack needs to see of a model.</summary>
public enum AttackAccess
{
    /// <summary>Gradients of the logits.</summary>
    WhiteBox,

    /// <summary>The logits.</summary>
    BlackBox,
}
