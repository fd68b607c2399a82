using static TorchSharp.torch;

namespace Thesis.Engine.Robustness;

/// <summary>How the images of a training step are attacked before the network learns from them.</summary>
internal interface ITrainingAttack
{
    /// <summary>The loss of a batch; the attack looks at the frozen network in evaluation mode.</summary>
    /// <param name="network">The network.</param>
    /// <param name="images">Images in [0, 1].</param>
    /// <param name="labels">Their classes.</param>
    /// <param name="draws">Draws the attack's starts.</param>
    /// <param name="position">The share of the run that is done.</param>
    Tensor Loss(ClassifierNetwork network, Tensor images, Tensor labels, Generator draws, double position);

    /// <summary>The images as the attack at the end of the run makes them.</summary>
    /// <param name="network">The network.</param>
    /// <param name="images">Images in [0, 1].</param>
    /// <param name="labels">Their classes.</param>
    /// <param name="draws">Draws the attack's starts.</param>
    Tensor Attacked(ClassifierNetwork network, Tensor images, Tensor labels, Generator draws);
}
